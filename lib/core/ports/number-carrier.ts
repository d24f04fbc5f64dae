/** Where phone numbers come from. Carriers are outside this product: a local pool stands behind the port. */
export type NumberCarrier = {
  /**
   * Reserves a free number, E.164, of the area code where one is given. The same `claimId` gets the same number however
   * often it asks. @throws BillingError `conflict` when none is free
   */
  claim(claimId: string, areaCode: string | null): Promise<string>
  /** Hands back what the claim got; nothing happens where it got nothing, or was released before. */
  release(claimId: string): Promise<void>
}
