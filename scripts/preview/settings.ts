/** Settings of the server that `preview` asks. It captures all mail, and knows nothing with which mail could leave. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { mintKeys } from '../../src/cli/keys.ts'
import { isLoopback } from '../../src/kit/loopback.ts'
import { root } from '../local/bundle.ts'
import { LOCAL_IDENTITY } from '../local/dev-vars.ts'
import { deployedVars } from '../local/server.ts'

type Values = Readonly<Record<string, string | undefined>>

/** What pages and mails show of the settings. No other setting is taken: no transport, no key, no secret. */
const SHOWN = ['SENDER_NAME', 'SENDER_ADDRESS', 'POSTAL_ADDRESS', 'REPLY_TO', 'PUBLIC_URL'] as const

/** Where links lead when no deployment is set up: to the server of `npm start`. */
const LOCAL_URL = 'http://127.0.0.1:8787'

const OUTBOX = { BULK_TRANSPORT: 'outbox', TRANSACTIONAL_TRANSPORT: 'outbox' }
/** A deployment's address takes no outbox. This names a provider with a key that no account has, and the server lets no request out. */
const NO_OUTBOX = {
  BULK_TRANSPORT: 'resend',
  TRANSACTIONAL_TRANSPORT: 'resend',
  RESEND_API_KEY: 'a-preview-sends-nothing',
}

export type PreviewSettings = {
  settings: Record<string, string>
  publicUrl: string
  /** The API token of the server. It ends with the server. */
  token: string
  locales: string[]
}

/** `wrangler`: [vars] of wrangler.toml, which readers will see, so they count before `.dev.vars` of this machine. */
export function previewSettings(wrangler: Values, devVars: Values): PreviewSettings {
  const shown = Object.fromEntries(
    SHOWN.flatMap((name) => {
      const value = [wrangler[name], devVars[name]].find((one) => one !== undefined && one.trim() !== '')
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const { PUBLIC_URL: publicUrl = LOCAL_URL, ...identity } = shown
  const { token, ...keys } = mintKeys()
  const settings = {
    ...LOCAL_IDENTITY,
    ...identity,
    ...keys,
    ...(isLoopback(publicUrl) ? OUTBOX : NO_OUTBOX),
  }
  const locales = (wrangler.LOCALES ?? 'en').split(',').map((one) => one.trim())
  return { settings, publicUrl: publicUrl.replace(/\/+$/, ''), token, locales: locales.filter((one) => one !== '') }
}

/** The settings from wrangler.toml and, if there is one, `.dev.vars`. Writes nothing. */
export async function readPreviewSettings(): Promise<PreviewSettings> {
  const path = join(root, '.dev.vars')
  return previewSettings(await deployedVars(), existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {})
}
