import { describe, expect, test } from 'vitest'
import { addressBucket, clientAddress, PEER_HEADER } from './client-address'

describe('addressBucket', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::203.0.113.9', '64:ff9b:0:0::/64'],
    ['', 'unknown'],
    ['not-an-address', 'unknown'],
    ['203.0.113.9:443', 'unknown'],
    ["1'; drop table account; --", 'unknown'],
  ])('of %s is %s', (address, bucket) => {
    expect(addressBucket(address)).toBe(bucket)
  })
})

describe('clientAddress', () => {
  const address = (hops: number, forwarded?: string) => {
    const headers = new Headers({ [PEER_HEADER]: '10.0.0.1' })
    if (forwarded !== undefined) headers.set('x-forwarded-for', forwarded)
    return clientAddress(headers, hops)
  }

  test('is the peer where no proxy is trusted, whatever the header says', () => {
    expect(address(0)).toBe('10.0.0.1')
    expect(address(0, '198.51.100.1')).toBe('10.0.0.1')
  })

  test.each([
    [1, '203.0.113.9', '203.0.113.9'],
    [1, '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    [2, '198.51.100.1, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    [2, ' 203.0.113.9 ,10.0.0.2', '203.0.113.9'],
  ])('with %i trusted proxies and %j is %s', (hops, forwarded, expected) => {
    expect(address(hops, forwarded)).toBe(expected)
  })

  test('is the peer when a request came past the proxies', () => {
    expect(address(2, '203.0.113.9')).toBe('10.0.0.1')
    expect(clientAddress(new Headers({ [PEER_HEADER]: '10.0.0.1' }), 1)).toBe('10.0.0.1')
  })
})
