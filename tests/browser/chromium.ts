import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { inflate } from '@sparticuz/chromium'

const root = join(import.meta.dirname, '..', '..')

/** An unpacked Chromium: the path of its program, and the environment that leads to its libraries and fonts. */
export type Chromium = { program: string; env: Record<string, string> }

/**
 * Unpacks the Chromium from npm beside its package, once (about two seconds, 210 MB). Its own NSS libraries come along,
 * so that the system needs no browser package.
 */
export async function unpackedChromium(): Promise<Chromium> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const archives = join(dirname(entry), '..', 'bin')
  const { version } = JSON.parse(readFileSync(join(archives, '..', 'package.json'), 'utf8'))
  const folder = join(root, 'node_modules', '.cache', `chromium-${version}`)
  if (!existsSync(folder)) await unpack(archives, folder)
  return {
    program: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  }
}

/** Unpacks into a new folder and renames the result, so that two concurrent runs never leave half a folder. */
async function unpack(archives: string, folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true })
  const making = mkdtempSync(`${folder}-`)
  const usual = process.env.TMPDIR
  process.env.TMPDIR = making // the folder that `inflate` writes to
  try {
    const names = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']
    await Promise.all(names.map((name) => inflate(join(archives, name))))
  } finally {
    if (usual === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = usual
  }
  writeFileSync(join(making, 'fonts.conf'), fontsConf(join(folder, 'fonts', 'fonts'), join(folder, 'fonts-cache')))
  try {
    renameSync(making, folder)
  } catch (error) {
    rmSync(making, { recursive: true })
    if (!existsSync(folder)) throw error
  }
}

/** The fonts.conf text for the package's font (Open Sans) and the system's fonts, which Arabic needs. */
const fontsConf = (own: string, cache: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${own}</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>${cache}</cachedir>
</fontconfig>
`
