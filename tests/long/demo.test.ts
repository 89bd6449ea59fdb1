import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Milliseconds the demonstration of two days of letters may take on a busy machine. */
const LONGEST_MS = 300_000

const root = join(import.meta.dirname, '..', '..')

test('the demonstration succeeds: an appeal, two hundred letters, every mail and every stored byte checked', {
  timeout: LONGEST_MS,
}, async () => {
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
