import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { folderFault, writePreview } from '../../../scripts/preview/write-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'tocsin-write-preview-'))
afterAll(() => rmSync(root, { recursive: true }))

const bytes = (text: string) => new TextEncoder().encode(text)
const preview = (names: readonly string[]) => ({
  slug: 'dock',
  title: 'A dock & <its> cranes',
  wasDraft: false,
  locales: ['ar'],
  shown: names.map((name) => ({
    kind: 'mail' as const,
    locale: 'ar',
    name,
    title: `Mail ${name}`,
    subject: '<script>alert(1)</script>',
    files: { html: bytes(`<p>${name}</p>`), txt: bytes('</pre><b>') },
  })),
})

test('a preview replaces an earlier one whole, and names every file in its index', () => {
  const folder = join(root, 'deep', 'dock')
  writePreview(folder, preview(['appeal', 'update']))
  expect(folderFault(folder)).toBeUndefined()
  const index = writePreview(folder, preview(['appeal']))
  expect(readdirSync(join(folder, 'ar', 'mails')).toSorted()).toEqual(['appeal.html', 'appeal.txt'])
  const html = readFileSync(index, 'utf8')
  expect(html).toContain('ar/mails/appeal.html')
  expect(html).toContain('A dock &amp; &lt;its&gt; cranes')
  expect(html).not.toMatch(/<script|<\/pre><b>|update/)
  expect(html.match(/<iframe sandbox /g)).toHaveLength(2)
  expect(readdirSync(join(root, 'deep'))).toEqual(['dock'])
})

test('a folder with other files is left as it is', () => {
  const folder = join(root, 'mine')
  mkdirSync(folder)
  expect(folderFault(folder)).toBeUndefined()
  writeFileSync(join(folder, 'index.html'), '<p>My own page</p>')
  expect(folderFault(folder)).toMatch(/^.*mine: found a folder with other files.*--out$/)
  expect(folderFault(join(root, 'none'))).toBeUndefined()
  expect(existsSync(join(folder, 'index.html'))).toBe(true)
})
