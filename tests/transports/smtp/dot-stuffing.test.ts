import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromUtf8, utf8 } from '../../../src/kit/bytes.ts'
import { toWire } from '../../../src/transports/smtp/dot-stuffing.ts'

const wired = (text: string) => {
  const wire = toWire(utf8(text))
  return wire === null ? null : fromUtf8(wire)
}

/** The message as a server reads it (RFC 5321 §4.5.2), up to the final dot. */
function readAsServer(stream: string): { mail: string; after: string } {
  let mail = ''
  let rest = stream
  for (;;) {
    const end = rest.indexOf('\r\n')
    if (end < 0) throw new Error('the message does not end')
    const line = rest.slice(0, end)
    rest = rest.slice(end + 2)
    if (line === '.') return { mail, after: rest }
    mail += `${line.startsWith('.') ? line.slice(1) : line}\r\n`
  }
}

test('for any lines, a server reads exactly the message and its end', () => {
  const line = fc.string({ unit: fc.constantFrom('.', 'a', ' ', 'ж'), maxLength: 6 })
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const message = lines.map((text) => `${text}\r\n`).join('')
      expect(readAsServer(`${wired(message)}.\r\nQUIT\r\n`)).toEqual({ mail: message, after: 'QUIT\r\n' })
    }),
  )
})

test('a message without a final line break gets one', () => {
  expect(wired('a\r\n.b')).toBe('a\r\n..b\r\n')
  expect(wired('.')).toBe('..\r\n')
  expect(wired('')).toBe('')
})

test('a bare CR or LF is refused, because a second mail could follow (SMTP smuggling)', () => {
  for (const smuggled of ['a\n.\nMAIL FROM:<x@y>\r\n', 'a\n.\r\nRSET\r\n', 'a\r.\r\n', 'a\r\r\n', 'a\r\n\r', '\n']) {
    expect(wired(smuggled)).toBeNull()
  }
})

test('a line has at most 998 octets', () => {
  expect(wired(`${'ж'.repeat(499)}\r\n`)).not.toBeNull()
  expect(wired(`${'ж'.repeat(499)}x\r\n`)).toBeNull()
  expect(wired('x'.repeat(999))).toBeNull()
})
