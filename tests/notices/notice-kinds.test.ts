import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { NOTICE_KINDS, type NoticeKind } from '../../src/notices/notice-kinds.ts'

const SOURCE = join(import.meta.dirname, '../../src')
const kinds = Object.keys(NOTICE_KINDS) as NoticeKind[]

/** The text of all files of src, except those that only define the kinds. */
const sources = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('notices/') && !file.endsWith('.gen.ts'))
  .map((file) => readFileSync(join(SOURCE, file), 'utf8'))
  .join('\n')

test.each(kinds)('something raises a notice of the kind %s', (kind) => {
  expect(sources).toContain(`'${kind}'`)
})

test.each(kinds)('a notice of the kind %s says what happened and what to do, in sentences', (kind) => {
  const { summary, action } = NOTICE_KINDS[kind]
  for (const text of [summary(2, 'ferry'), action]) expect(text).toMatch(/^[A-Z“0-9].*[.]$/s)
})
