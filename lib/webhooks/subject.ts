/** What an event asks us to read again, as the inbox stores it. */
export type Subject = Readonly<{ kind: string; id: string }>

/** `invoice:in_1` -> invoice, in_1. */
export function parseSubject(subject: string): Subject {
  const colon = subject.indexOf(':')
  return { kind: subject.slice(0, colon), id: subject.slice(colon + 1) }
}
