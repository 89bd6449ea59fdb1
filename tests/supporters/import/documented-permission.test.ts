import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { NO_ANSWERS, permissionOf } from '../../../src/supporters/import/permissions/permission.ts'
import { permissionColumn } from '../../../src/supporters/import/permissions/permission-columns.ts'

const documented = readFileSync('docs/import.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, from = '', column = '', value = '', meaning = ''] =
      /^\| ([^|`]+) \| `([^`]+)` \| `([^`]+)` \| (\w+) \|$/.exec(line) ?? []
    return meaning === '' ? [] : [{ from, column, value, meaning }]
  })

test('the table of columns and values in docs/import.md is what the import reads', () => {
  expect(documented.length).toBeGreaterThan(30)
  const read = documented.map(({ column, value, ...rest }) => {
    const known = permissionColumn(column)
    return { ...rest, column, value, meaning: known === null ? 'ignored' : permissionOf(known, value, NO_ANSWERS) }
  })
  expect(read).toEqual(documented)
})
