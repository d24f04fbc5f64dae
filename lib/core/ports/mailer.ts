export type OutgoingMail = Readonly<{
  /** Names this mail among all of ours: whoever receives it twice can tell. */
  id: string
  to: string
  subject: string
  text: string
  html: string
}>

/** Hands mails over to whoever delivers them. */
export type Mailer = {
  /** Resolves when the mail was taken over; throws when it was not. */
  send(mail: OutgoingMail): Promise<void>
}
