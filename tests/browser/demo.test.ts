import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

test('the demonstration ends well: sixty people, one appeal, every mail and every stored byte checked', async () => {
  // the Worker has been built for all tests of this project
  const { error, output } = await new Promise<{ error: Error | null; output: string }>((resolve) => {
    execFile(process.execPath, ['scripts/demo.ts', '--no-build'], { cwd: root }, (error, stdout, stderr) =>
      resolve({ error, output: stdout + stderr }),
    )
  })
  expect(output).not.toContain('✗')
  expect(output.trimEnd().split('\n').at(-1)).toMatch(/^All \d+ checks held, in [\d.]+ seconds\.$/)
  expect(error, 'its exit status').toBeNull()
})
