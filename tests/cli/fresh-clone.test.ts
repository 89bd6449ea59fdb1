import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTexts } from '../../src/cli/project.ts'

test('a fresh clone gets its generated texts when a command needs them, and only once', async () => {
  const clone = mkdtempSync(join(tmpdir(), 'tocsin-clone-'))
  try {
    for (const folder of ['scripts', 'src/kit']) mkdirSync(join(clone, folder), { recursive: true })
    const script = `import { appendFileSync } from 'node:fs'
      appendFileSync(${JSON.stringify(join(clone, 'src/kit/page-strings.gen.ts'))}, 'made ')`
    writeFileSync(join(clone, 'scripts/content.ts'), script)
    writeFileSync(join(clone, 'package.json'), '{"type":"module"}')
    await makeTexts(clone)
    await makeTexts(clone)
    expect(readFileSync(join(clone, 'src/kit/page-strings.gen.ts'), 'utf8')).toBe('made ')
  } finally {
    rmSync(clone, { recursive: true })
  }
})
