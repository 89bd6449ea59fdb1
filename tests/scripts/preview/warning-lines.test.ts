import { expect, test } from 'vitest'
import { warningLines } from '../../../scripts/preview/warning-lines.ts'

test('a warning about many mails is told once for each language, and one about a single mail names it', () => {
  const old = (locale: string) => ({ locale, warnings: [`${locale}.md was never marked`] })
  const shown = [
    ...['welcome', 'appeal', 'goodbye'].map((name) => ({ name, ...old('fr') })),
    ...['welcome', 'appeal'].map((name) => ({ name, ...old('kk') })),
    { name: 'digest-to-port', locale: 'fr', warnings: ['it is long'] },
    { name: 'page', locale: 'en' },
  ]
  expect(warningLines('gate', shown)).toEqual([
    'gate, 3 mails in fr: fr.md was never marked',
    'gate, 2 mails in kk: kk.md was never marked',
    'gate, digest-to-port in fr: it is long',
  ])
})
