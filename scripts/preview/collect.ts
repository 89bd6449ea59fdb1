/** Everything that a campaign shows and sends, from a server of this process that nobody else reaches. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import type { MailSender } from '../../src/emails/template/template-context.ts'
import { ROUTES } from '../../src/paths.ts'
import { organiser } from '../local/organiser.ts'
import { anyPort } from '../local/ports.ts'
import { type Server, startServer } from '../local/server.ts'
import { lettersOf, mailsIn } from './mails.ts'
import { opened } from './opened.ts'
import { pagesIn } from './pages.ts'
import type { PreviewSettings } from './settings.ts'
import type { Shown } from './shown.ts'
import { signatureSheet } from './signature-sheets.ts'

/** A folder of a campaign: its slug and its files by name. */
export type CampaignSource = { slug: string; files: Record<string, string> }

export type Collected = { slug: string; title: string; wasDraft: boolean; locales: string[]; shown: Shown[] }

/** A server on empty state that asks no other machine for anything, and what it runs with. */
export type PreviewServer = { server: Server; settings: PreviewSettings; stop(): Promise<void> }

/** @throws Error naming the settings that are wrong */
export async function startPreviewServer(settings: PreviewSettings): Promise<PreviewServer> {
  const state = mkdtempSync(join(tmpdir(), 'tocsin-preview-'))
  const server = await startServer({
    port: await anyPort(),
    publicUrl: settings.publicUrl,
    state,
    settings: settings.settings,
    quiet: true,
    cron: false,
    outbound: async ({ url }) => {
      throw new Error(`a preview asks no other machine: ${new URL(url).host}`)
    },
  })
  const stop = async () => {
    await server.stop()
    rmSync(state, { recursive: true, force: true })
  }
  const health = await fetch(new URL(ROUTES.health, server.url))
  if (health.ok) return { server, settings, stop }
  const { checks } = (await health.json()) as { checks: Array<{ name: string; ok: boolean; message?: string }> }
  await stop()
  const faults = checks.flatMap(({ name, ok, message = '' }) => (ok ? [] : [`${name}: ${message}`]))
  throw new Error(`The settings in wrangler.toml or .dev.vars have faults:\n${faults.join('\n')}`)
}

/** All pages, papers, texts and mails of one campaign in every language of the site. `now` in epoch ms. */
export async function collect(
  { server, settings }: PreviewServer,
  source: CampaignSource,
  now: number,
): Promise<Collected> {
  const { slug } = source
  const { files, wasDraft } = await opened(source.files)
  const api = organiser(server.url, settings.token)
  await api.publish(slug, files)
  const campaign: Campaign = await api.campaign(slug)
  const { SENDER_NAME: senderName = '', POSTAL_ADDRESS: postalAddress = '' } = settings.settings
  const sender: MailSender = { publicUrl: settings.publicUrl, senderName, postalAddress, locales: settings.locales }
  const context = { server, campaign, sender, now }
  const shown: Shown[] = []
  for (const locale of settings.locales)
    shown.push(
      ...(await pagesIn(server.url, campaign, locale)),
      ...(await mailsIn(context, locale)),
      ...(await signatureSheet(server, campaign, locale, now)),
    )
  shown.push(...lettersOf(context))
  const locales = [...new Set([...settings.locales, ...shown.map(({ locale }) => locale)])]
  return { slug, title: campaign.words.en?.title ?? slug, wasDraft, locales, shown }
}
