import { expect, test } from 'vitest'
import { csvReader } from '../../../src/supporters/import/csv-reader.ts'
import { describeReason } from '../../../src/supporters/import/refusals.ts'
import { describeCsvReader } from '../../contracts/csv-reader.ts'

describeCsvReader()

test('a file with a malformed header, or with only a BOM, is refused', async () => {
  const nothing = { row: () => {}, refuse: () => {}, ignore: () => {} }
  for (const [file, message] of [
    ['"email\na@example.org', 'header line has a quotation mark'],
    ['email,na"me\n', 'header line has a quotation mark'],
    ['\uFEFF', 'empty'],
  ] as const) {
    const reader = csvReader(nothing)
    const read = async () => {
      await reader.write(new TextEncoder().encode(file))
      await reader.end()
    }
    await expect(read()).rejects.toThrow(message)
  }
})

test('the report names the lines that were not imported', () => {
  expect(describeReason('open-quote:3-5')).toMatch(/ends in this row.*lines 3 to 5$/)
  expect(describeReason('stray-quote:7-7')).toMatch(/quotation mark.* line 7$/)
  expect(describeReason('torn')).toBe('the file ends in the middle of this row')
  expect(describeReason('of-another-version')).toBe('of-another-version')
})
