import { expect, test } from 'vitest'
import { csvReader } from '../../src/supporters/import/csv-reader.ts'

const HEADER = 'email,name,locales,consent_source,consent_at,consent_wording,notes'
const row = (who: string, name = who, more = 'en,p,2024-05-31,,') => `${who}@example.org,${name},${more}`

async function read(file: string, pieceBytes: number) {
  const taken: Array<[number, unknown]> = []
  const refused: Array<[number, string]> = []
  const reader = csvReader({
    row: (at, { email }) => taken.push([at, String(email).replace('@example.org', '')]),
    refuse: (at, reason) => refused.push([at, reason]),
    ignore: () => {},
  })
  const bytes = new TextEncoder().encode(file)
  for (let at = 0; at < bytes.length; at += pieceBytes) await reader.write(bytes.slice(at, at + pieceBytes))
  return { rows: await reader.end(), taken, refused }
}

/** Tests of the CSV reader that run in Node and workerd, whose streams differ. */
export function describeCsvReader(): void {
  test.each<[string, string[], unknown[], unknown[]]>([
    ['an unclosed quotation mark', [row('a'), row('b', '"B'), row('c')], [[2, 'a']], [[3, 'open-quote:3-5']]],
    [
      'a stray quotation mark closed by the next row’s',
      [row('a', '"Bob'), row('b', '"Carla"'), row('c')],
      [[3, 'c']],
      [[2, 'stray-quote:2-3']],
    ],
    [
      'two stray quotation marks that make one row of three',
      [row('a', '"Bob'), row('b'), row('c', 'Cy"'), row('d')],
      [[3, 'd']],
      [[2, 'line-break:2-4']],
    ],
    [
      'two stray quotation marks around another row, in a column for notes',
      ['a@example.org,A,en,p,2024-05-31,,"x', row('b'), 'c@example.org,C,,,,,x"', row('d')],
      [[3, 'd']],
      [[2, 'line-break:2-4']],
    ],
    [
      'two stray quotation marks around another row, in the wording',
      ['a@example.org,A,en,p,2024-05-31,"x,', row('b'), 'c@example.org,C,,,,x",', row('d')],
      [[3, 'd']],
      [[2, 'line-break:2-4']],
    ],
    ['a quotation mark inside a cell', [row('a', 'Bob "B" Z'), row('b')], [[3, 'b']], [[2, 'stray-quote:2-2']]],
    [
      'addresses in names that are one cell each, with and without quotation marks',
      [
        row('a', 'b@example.org B'),
        row('b', '"""quoted"" <evil@example.net>"'),
        row('c', '"evil@example.net, x"'),
        row('d'),
      ],
      [
        [2, 'a'],
        [3, 'b'],
        [4, 'c'],
        [5, 'd'],
      ],
      [],
    ],
    [
      'valid rows only: doubled quotation marks, the person’s own address as name, notes and wordings of two lines',
      [
        row('a', '"A ""Ace"" A"'),
        row('b', 'b@example.org'),
        row('c', 'C', 'en,p,2024-05-31,"I\nagree","1 Road\r\nTown"'),
        row('d'),
      ],
      [
        [2, 'a'],
        [3, 'b'],
        [4, 'c'],
        [5, 'd'],
      ],
      [],
    ],
  ])('a list with %s: each person is either taken or reported as refused', async (_, lines, taken, refused) => {
    for (const pieceBytes of [1, 5, 10_000])
      expect(await read(`${[HEADER, ...lines].join('\n')}\n`, pieceBytes)).toMatchObject({ taken, refused })
  })

  test.each(['\r\n', '\n', '\r'])(
    'a header that ends with %j does not decide how the other lines end',
    async (ending) => {
      const file = `${HEADER}${ending}${row('a')}\n${row('b')}\r\n${row('c', '"C"')}\r${row('d', '"D"')}`
      for (const pieceBytes of [1, 7, 10_000])
        expect(await read(file, pieceBytes)).toEqual({
          rows: 5,
          taken: [
            [2, 'a'],
            [3, 'b'],
            [4, 'c'],
            [5, 'd'],
          ],
          refused: [],
        })
    },
  )
}
