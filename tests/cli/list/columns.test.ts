import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeFile } from '../../../src/cli/list/describe.ts'
import { prepareImport } from '../../../src/cli/list/prepare.ts'
import { readList } from '../../../src/cli/list/read-list.ts'
import { terminalOf } from '../../../src/cli/program/terminal.ts'

const columnsOf = async (...names: string[]) => {
  const list = await readList(`${names.join(',')}\n`, 'csv', new Map())
  return list.ok ? list.value.columns : expect.fail(list.error)
}

test.each([
  ['Adresse de messagerie', 'Langue parlée', 'Consentement le', 'Lieu du consentement'],
  ['Courriel', 'Langues souhaitées', "Date d'accord", 'Lieu'],
  ['Adresse de courriel', 'Langue préférée', 'Consentement recueilli le', 'Où'],
  ['Dirección de correo electrónico', 'Idioma preferido', 'Fecha del consentimiento', 'Lugar del consentimiento'],
  ['Correo', 'Idiomas', 'Fecha de consentimiento', 'Lugar'],
  ['Адрес эл. почты', 'Язык общения', 'Дата согласия', 'Место согласия'],
  ['Электронный адрес', 'Языки', 'Дата получения согласия', 'Источник'],
  ['E-Mail-Adresse', 'Sprachen', 'Einwilligung am', 'Ort der Einwilligung'],
  ['E-Mail', 'Muttersprache', 'Datum der Zustimmung', 'Herkunft'],
  ['Email Address', 'Preferred language', 'Consent given on', 'Source of consent'],
])(
  'the columns %s, %s, %s and %s are read as address, languages, and when and where a person agreed',
  async (...names) => {
    const columns = await columnsOf(...names)
    expect(columns.map(({ as, speaks }) => [as, speaks])).toEqual(
      ['email', 'locales', 'consent_at', 'consent_source'].map((as) => [as, false]),
    )
  },
)

test('an answer, a withdrawal and the town of a person are never taken for proof of consent', async () => {
  const answers = [
    'Consentement',
    'Consent given',
    'Согласие',
    'Einwilligung',
    'Date de retrait du consentement',
    'Consent withdrawn on',
  ]
  for (const name of answers) expect((await columnsOf('email', name))[1]?.as, name).toBeNull()
  const [, town] = await columnsOf('email', 'Lieu')
  expect(town).toEqual({ name: 'Lieu', as: null, speaks: false, near: 'consent_source' })
  const twice = await columnsOf('email', 'consent_source', 'Lieu du consentement')
  expect(twice[2]).toEqual({ name: 'Lieu du consentement', as: null, speaks: false })
})

test('a column that is not understood is told with the map for it, and a date without a place is told too', async () => {
  const columns = await columnsOf('email', 'Lieu de collecte', 'Date consentement signé', 'Langue parlé', 'Téléphone')
  const told = describeFile(columns, 'utf-8').join('\n')
  expect(told).toContain('--map "Lieu de collecte=consent_source"')
  expect(told).toContain('--map "Date consentement signé=consent_at"')
  expect(told).toContain('--map "Langue parlé=locales"')
  expect(told).toMatch(/Téléphone$/)
  const dateOnly = await columnsOf('email', 'consent_at')
  expect(describeFile(dateOnly, 'utf-8').join('\n')).toContain('--map "COLUMN=consent_source"')
  expect(describeFile(dateOnly, 'utf-8', true).join('\n')).not.toContain('consent_source')
})

test('a file without a person is an error before anything is planned', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-list-'))
  const terminal = terminalOf({ yes: true })
  for (const [text, expected] of [
    ['', 'the file is empty'],
    ['\uFEFF \n', 'the file is empty'],
    ['email,name\n', 'no person in this file'],
    ['sep=;\nemail;name\n\n', 'no person in this file'],
  ] as const) {
    const file = join(folder, 'list.csv')
    writeFileSync(file, text)
    await expect(prepareImport(terminal, file, {}, Date.now())).rejects.toThrow(expected)
  }
  rmSync(folder, { recursive: true })
})
