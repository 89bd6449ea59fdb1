import { expect, test } from 'vitest'
import { fillIn, formsIn } from '../../../scripts/demo/html.ts'
import { demoPeople } from '../../../scripts/demo/people.ts'

const [form] = formsIn(`<form method="POST" action="/en/sign-up">
  <input name="email" type="email"><input type="hidden" name="stamp" value="s">
  <label><input type="checkbox" name="locales" value="en" checked></label>
  <label><input type="checkbox" name="locales" value="kk"></label>
  <label><input type="checkbox" name="locales" value="ar"></label>
  <select name="country"><option value="">–</option><option value="KZ">Kazakhstan</option></select>
  <textarea name="sentence">We
stand by</textarea><input name="website"><input name="gone" disabled><button>Sign up</button></form>`)

const sent = (answers: Record<string, string | string[]>) => [
  ...fillIn(form ?? { method: '', action: '', fields: [] }, answers),
]

test('submits a form like a browser: in page order, with hidden and empty fields, and only ticked boxes', () => {
  expect(sent({ locales: ['ar', 'kk'], email: 'a@example.org', country: 'KZ' })).toEqual([
    ['email', 'a@example.org'],
    ['stamp', 's'],
    ['locales', 'kk'],
    ['locales', 'ar'],
    ['country', 'KZ'],
    ['sentence', 'We\nstand by'],
    ['website', ''],
  ])
})

test('boxes without an answer stay as on the page', () => {
  expect(sent({})).toContainEqual(['locales', 'en'])
})

test('throws for an answer without a control, or a choice that the form does not offer', () => {
  expect(() => sent({ name: 'A' })).toThrow('“A” for name')
  expect(() => sent({ locales: ['tt'] })).toThrow('“tt” for locales')
  expect(() => sent({ country: 'XX' })).toThrow('“XX” for country')
  expect(() => sent({ gone: 'x' })).toThrow('“x” for gone')
})

test('the demonstration has sixty people with distinct addresses and names, ten for each of six languages', () => {
  const first = demoPeople.map(({ locales }) => locales[0])
  for (const locale of ['en', 'ru', 'fr', 'es', 'kk', 'ar']) expect(first.filter((l) => l === locale)).toHaveLength(10)
  expect(new Set(demoPeople.map(({ email }) => email)).size).toBe(60)
  const names = demoPeople.flatMap(({ name }) => name ?? [])
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeLessThan(60)
  expect(demoPeople.every(({ email }) => email.endsWith('@example.org'))).toBe(true)
})
