import { spawn } from 'node:child_process'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/** The Worker as Cloudflare would get it: one module, MJML inside it and not run before the first e-mail is compiled. */
export const bundlePath = join(root, 'dist', 'worker.js')

/**
 * Builds `dist/worker.js` by a dry-run deploy, content included; or another entry, named by its path, into a folder of its own.
 * @throws Error with wrangler's output when it fails.
 */
export async function bundle(other?: { entry: string; outdir: string }): Promise<void> {
  await makeContent()
  const wrangler = join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
  const child = spawn(
    process.execPath,
    [wrangler, 'deploy', ...(other ? [other.entry] : []), '--dry-run', '--outdir', other?.outdir ?? 'dist'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true', NO_COLOR: '1' },
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`The Worker could not be built.\n\n${output.trim()}`)
}

/** The content first, by itself: of a fault in a campaign its writer should read that, and not what wrangler says of its failure. */
async function makeContent(): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'scripts', 'content.ts')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let faults = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (faults += text))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(faults.trim())
}
