/** Records deployments with missing, invalid or unusual settings. */

import { Response as MiniflareResponse } from 'miniflare'
import { agedStamp, post, postJson } from '../acts.ts'
import type { Shelf } from '../book.ts'
import { TOKENS } from '../settings.ts'
import { openStage } from '../stage.ts'

const FAULTY: Record<string, Record<string, string>> = {
  'nothing is set': {
    ...Object.fromEntries(
      ['SENDER_NAME', 'SENDER_ADDRESS', 'POSTAL_ADDRESS', 'KEYRING', 'FINGERPRINT_KEY', 'API_TOKENS'].map((name) => [
        name,
        '',
      ]),
    ),
    REPLY_TO: 'nobody',
  },
  'everything is malformed': {
    PUBLIC_URL: 'http://act.example.org/path',
    SENDER_ADDRESS: 'campaigns at example.org',
    LOCALES: 'en,en,xx_YY',
    PARTNER_ORIGINS: 'union.example.org',
    REQUIRE_APPROVAL: 'maybe',
    WITHHELD_NAMES: '["name"]',
    KEYRING: 'k1:short',
    FINGERPRINT_KEY: 'short',
    API_TOKENS: 'one:all:xyz',
    TURNSTILE_URL: 'nowhere',
  },
  'choices do not fit': {
    PUBLIC_URL: 'https://act.example.org',
    BULK_TRANSPORT: 'cloudflare',
    TRANSACTIONAL_TRANSPORT: 'pigeon',
    BULK_FALLBACK_TRANSPORT: 'outbox',
    LOCALES: 'ru,de',
    TURNSTILE_SITE_KEY: 'site-key',
  },
  'providers without keys': {
    BULK_TRANSPORT: 'mailgun',
    TRANSACTIONAL_TRANSPORT: 'ses',
    BULK_FALLBACK_TRANSPORT: 'mailgun',
  },
}

/** Valid settings with every optional one. */
const MORE = {
  TURNSTILE_SITE_KEY: 'site-key',
  TURNSTILE_SECRET: 'site-secret',
  BULK_TRANSPORT: 'outbox',
  BULK_FALLBACK_TRANSPORT: 'resend',
  RESEND_API_KEY: 're_key',
  RESEND_WEBHOOK_SECRET: 'no-secret',
  NOBODY_WEBHOOK_SECRET: 'x',
  LOCALES: 'en,fr',
}

export async function settings(shelf: Shelf, bundle: string): Promise<void> {
  const book = shelf.book('settings')
  for (const [title, wrong] of Object.entries(FAULTY)) {
    const stage = await openStage(bundle, wrong)
    try {
      for (const path of ['/healthz', '/healthz?deep', '/en/', '/api/campaigns', '/outbox'])
        await stage.record(book, `${title}: ${path}`, { path })
      if (title === 'nothing is set')
        await stage.record(book, 'the style of a deployment without settings', { path: '/style.css' })
      await stage.record(book, `${title}: a webhook`, { method: 'POST', path: '/webhooks/resend', body: '{}' })
    } finally {
      await stage.close()
    }
  }
  const stage = await openStage(bundle, MORE, async (request) => {
    const text = await request.text()
    book.add('what Turnstile is asked', `${request.method} ${request.url}\n${text}`)
    return MiniflareResponse.json({ success: text.includes('genuine') })
  })
  try {
    const authorization = `Bearer ${TOKENS.reader}`
    for (const path of [
      '/healthz',
      '/en/',
      '/ru/',
      '/en/sign-up',
      '/en/campaigns/river-street-bakery',
      '/embed/river-street-bakery',
    ])
      await stage.record(book, `with Turnstile and two languages: ${path}`, { path, headers: { authorization } })
    for (const [title, token] of Object.entries({ no: undefined, 'a wrong': 'forged', 'a good': 'genuine' })) {
      const fields = { email: 'anna@example.org', ...(token !== undefined && { 'cf-turnstile-response': token }) }
      await stage.record(book, `JSON with ${title} token of Turnstile`, postJson('/en/sign-up', fields))
      const form = new URLSearchParams({ ...fields, stamp: await agedStamp(stage) })
      await stage.record(book, `a form with ${title} token of Turnstile`, post('/fr/sign-up', String(form)))
      await stage.record(
        book,
        `a frame with ${title} token of Turnstile`,
        post('/embed/river-street-bakery', String(form)),
      )
    }
  } finally {
    await stage.close()
  }
}
