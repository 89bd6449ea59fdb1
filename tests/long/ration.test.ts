import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** Milliseconds that the small day may take on a busy machine. It takes half a minute on an idle one. */
const LONGEST_MS = 400_000

const root = join(import.meta.dirname, '..', '..')

test('a simulated day with fewer people fits the free plan, and every mail whose turn has come leaves', {
  timeout: LONGEST_MS,
}, async () => {
  const { error, output } = await new Promise<{ error: Error | null; output: string }>((resolve) => {
    execFile(process.execPath, ['scripts/ration.ts', '--small'], { cwd: root }, (error, stdout, stderr) =>
      resolve({ error, output: stdout + stderr }),
    )
  })
  expect(output).not.toContain('✗')
  expect(output).toMatch(/All \d+ checks held/)
  expect(error, 'its exit status').toBeNull()
})
