import { expect, test } from 'vitest'
import { mayDeliver } from '../../src/transports/reserved-domains.ts'

const RESERVED = [
  'a@example.org',
  'a@sub.example.com',
  'a@office.invalid',
  'a@x.test',
  'a@port.example',
  'a@b.localhost',
]

test('mail to a reserved address is only for captive transports', () => {
  for (const address of RESERVED) {
    expect(mayDeliver({ captive: false }, address), address).toBe(false)
    expect(mayDeliver({ captive: true }, address), address).toBe(true)
  }
})

test('an address that only looks reserved is allowed', () => {
  for (const address of ['a@notexample.org', 'a@example.org.uk', 'example.org@mail.net', 'a@contest.com']) {
    expect(mayDeliver({ captive: false }, address), address).toBe(true)
  }
})
