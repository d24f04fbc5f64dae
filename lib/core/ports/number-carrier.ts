/** Where phone numbers come from. Carriers are outside this product: a local pool stands behind the port. */
export type NumberCarrier = {
  /** Reserves a free number, E.164. The same `claimId` gets the same number however often it asks. */
  claim(claimId: string): Promise<string>
}
