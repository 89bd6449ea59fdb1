import { expect, test } from 'vitest'
import { clientKey, isWithinLimit, networkKey } from '../../src/web/client-limit.ts'
import { keysOf } from '../support/keys.ts'

const keys = keysOf('a')
const key = (ip: string) => clientKey(keys, ip)

test('the key of a client is a keyed hash, different in every deployment', async () => {
  expect(await key('192.0.2.1')).toMatch(/^[0-9a-f]{64}$/)
  expect(await key('192.0.2.1')).toBe(await key('192.0.2.1'))
  expect(await key('192.0.2.1')).not.toBe(await key('192.0.2.2'))
  expect(await clientKey(keysOf('b'), '192.0.2.1')).not.toBe(await key('192.0.2.1'))
})

test('all addresses of one IPv6 /48 count as one client, however they are written', async () => {
  const home = await key('2001:db8:1:2::1')
  for (const ip of ['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:0DB8:0001:ffff::', '2001:db8:1::ffff', '2001:db8:1:3::1'])
    expect(await key(ip)).toBe(home)
  for (const ip of ['2001:db8:2:2::1', '2001:db8:0:1::2', '2001:db9:1:2::1', '::1'])
    expect(await key(ip)).not.toBe(home)
  expect(await key('2001:db8::1')).toBe(await key('2001:db8:0:0:1::'))
  expect(await key('::ffff:192.0.2.1')).toBe(await key('192.0.2.1'))
})

test('a network is an IPv4 /24 or an IPv6 /48', async () => {
  const network = (ip: string) => networkKey(keys, ip)
  expect(await network('192.0.2.1')).toBe(await network('192.0.2.254'))
  expect(await network('192.0.2.1')).toBe(await network('::ffff:192.0.2.77'))
  expect(await network('192.0.2.1')).not.toBe(await network('192.0.3.1'))
  expect(await network('2001:db8:1:2::1')).toBe(await network('2001:DB8:1:ffff::2'))
  expect(await network('2001:db8:1::')).not.toBe(await network('2001:db8:2::'))
  expect(await network('192.0.2.1')).not.toBe(await key('192.0.2.1'))
})

test('the limiter gets the hash and decides', async () => {
  const asked: string[] = []
  const limiter = (success: boolean): RateLimit => ({
    async limit({ key }) {
      asked.push(key)
      return { success }
    },
  })
  expect(await isWithinLimit(limiter(true), keys, '192.0.2.1')).toBe(true)
  expect(await isWithinLimit(limiter(false), keys, undefined)).toBe(false)
  expect(asked).toEqual([await key('192.0.2.1'), await key('')])
})
