import { isIPv4, isIPv6 } from 'node:net'

/** Set by `markPeer` on every request, over whatever the client sent under that name. */
export const PEER_HEADER = 'x-talktime-peer'

/**
 * The bucket name of the address a request comes from. With no trusted proxy it is the other end of the connection;
 * with n of them it is the n-th entry of X-Forwarded-For from the right, the one that our outermost proxy wrote:
 * everything left of it is the client's own invention. IPv6 addresses count by /64, since a customer has a whole one.
 */
export function clientAddress(headers: Headers, trustedProxyHops: number): string {
  const peer = headers.get(PEER_HEADER) ?? ''
  if (trustedProxyHops === 0) return addressBucket(peer)
  const forwarded = headers.get('x-forwarded-for')?.split(',') ?? []
  return addressBucket(forwarded.at(-trustedProxyHops)?.trim() ?? peer)
}

/** One name for all addresses that one client can choose from at will; `unknown` for what is no address. */
export function addressBucket(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const plain = mapped ?? address
  if (isIPv4(plain)) return plain
  if (!isIPv6(plain)) return 'unknown'
  return `${expandIPv6(plain).slice(0, 4).join(':')}::/64`
}

function expandIPv6(address: string): string[] {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  // A dotted quad at the end stands for two groups; only the first four groups matter here.
  const missing = tail === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...Array<string>(Math.max(0, missing)).fill('0'), ...right]
  return groups.map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
}
