import { isServerFailure } from './map-error'

type Creation<T> = Readonly<{
  /** The idempotency key, derived from a row of ours. */
  key: string
  create: (key: string) => Promise<T>
  /** Looks for what an earlier try may have made all the same; null where there is nothing. */
  find: () => Promise<T | null>
}>

/**
 * Creates once. Stripe keeps even a failure of its own under the key and repeats it for 24 hours, whether or not the
 * object was made: so after such a failure we look for the object, and only where there is none create it under a second
 * key, which is as fixed as the first.
 */
export async function createOrFind<T>({ key, create, find }: Creation<T>): Promise<T> {
  try {
    return await create(key)
  } catch (error) {
    if (!isServerFailure(error)) throw error
    return (await find()) ?? (await create(`${key}:second`))
  }
}
