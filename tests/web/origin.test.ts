import { expect, test } from 'vitest'
import { classifyOrigin } from '../../src/web/origin.ts'

const kindOf = (header: string | undefined) =>
  classifyOrigin(header, ['https://act.example.org'], ['https://partner.example.org']).kind

test('own, partner, unnamed and foreign origins are distinguished by the whole origin', () => {
  expect(kindOf('https://act.example.org')).toBe('own')
  expect(kindOf('https://partner.example.org')).toBe('partner')
  for (const header of [undefined, 'null']) expect(kindOf(header)).toBe('unnamed')
  for (const header of [
    'http://act.example.org',
    'https://act.example.org:444',
    'https://act.example.org.evil.example',
    'https://evil.example',
    '',
    'https://partner.example.org/',
  ]) {
    expect(kindOf(header)).toBe('foreign')
  }
})
