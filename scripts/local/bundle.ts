import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { WITHOUT_EXAMPLES } from '../content/examples.ts'

export const root = join(import.meta.dirname, '..', '..')

/** Path of the Worker as one module, as it is deployed. */
export const bundlePath = join(root, 'dist', 'worker.js')

export type BundleOptions = {
  entry?: string // path of the entry; src/worker.ts by default
  outdir?: string // `dist` by default
  content?: 'make' | 'made' // 'make' (default): runs `npm run content` first; 'made': its modules are up to date
}

/** Builds `dist/worker.js`, or another entry, by a dry-run deploy. @throws Error with wrangler's output if the build fails */
export async function bundle({ entry, outdir = 'dist', content = 'make' }: BundleOptions = {}): Promise<void> {
  if (content === 'make') await makeContent()
  const wrangler = join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
  const child = spawn(
    process.execPath,
    [wrangler, 'deploy', ...(entry === undefined ? [] : [entry]), '--dry-run', '--outdir', outdir],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...CONTENT_MADE,
        WRANGLER_SEND_METRICS: 'false',
        WRANGLER_HIDE_BANNER: 'true',
        NO_COLOR: '1',
      },
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`The Worker could not be built.\n\n${output.trim()}`)
}

/** Environment that lets the build command of wrangler.toml skip `npm run content`. */
export const CONTENT_MADE = { TOCSIN_CONTENT: 'made' }

/**
 * Runs `npm run content`. Returns what it says about campaigns that it leaves out.
 * @throws Error with the faults of the content, which wrangler's own report would hide
 */
export async function makeContent({ examples = true }: { examples?: boolean } = {}): Promise<string> {
  const flags = examples ? [] : [WITHOUT_EXAMPLES]
  const child = spawn(process.execPath, [join(root, 'scripts', 'content.ts'), ...flags], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let said = ''
  let faults = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (faults += text))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(faults.trim())
  return said.trim()
}
