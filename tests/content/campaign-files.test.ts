import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { campaignFilesPage } from '../../scripts/content/campaign-files.ts'
import { frontMatter } from '../../src/campaigns/campaign.ts'
import { definition } from '../../src/campaigns/definition.ts'
import { SECTION_NAMES } from '../../src/campaigns/source/sections.ts'
import { fieldsOf, flat } from '../../src/cli/campaign-files/field-list.ts'
import { DEFINITION_NOTES, FRONT_NOTES, SECTION_NOTES } from '../../src/cli/campaign-files/field-notes.ts'

/** Fields that a note explains by an example on one line, instead of field by field. */
const SHORT = /^(organisations\[\]\.contact|copies\[\]\.channels|support\[\]\.channels)\./

test('docs/campaign-files.md is what the schema makes now; `npm run content` writes it again', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/campaign-files.md'), 'utf8')).toBe(campaignFilesPage())
})

test('every field of the schemas has a note, and every note a field', () => {
  for (const [schema, notes] of [
    [definition, DEFINITION_NOTES],
    [frontMatter, FRONT_NOTES],
  ] as const) {
    const paths = flat(fieldsOf(schema)).map(({ path }) => path)
    expect(Object.keys(notes).toSorted()).toEqual(paths.filter((path) => !SHORT.test(path)).toSorted())
    expect(paths.length).toBeGreaterThan(8)
  }
})

test('every section that is read has a note', () => {
  const headings = Object.keys(SECTION_NOTES)
  expect(headings.filter((heading) => !heading.startsWith('Update'))).toEqual(Object.values(SECTION_NAMES))
  expect(headings.some((heading) => heading.startsWith('Update'))).toBe(true)
})
