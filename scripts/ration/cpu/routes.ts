/** The routes whose CPU is measured, on a site with a campaign, a few letters and one send. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Campaign } from '../../../src/campaigns/campaign.ts'
import { paths, ROUTES } from '../../../src/paths.ts'
import { fillIn } from '../../demo/html.ts'
import { organiser } from '../../local/organiser.ts'
import { awaitMails, CONFIRM, isConfirmation, isWelcome, linkIn, UNSUBSCRIBE } from '../../local/outbox.ts'
import type { Server } from '../../local/server.ts'
import { fillInAt, formTo, open, pressButtonBehind, signUp } from '../../local/visitor.ts'
import { event } from '../../record/events.ts'
import { filesOf, SLUGS } from '../day/campaigns.ts'
import { FULL_DAY } from '../day/size.ts'

/** A request to repeat. `n`: its number, for addresses and networks of its own. `objects`: it calls objects, whose CPU is included. */
export type CpuRoute = { name: string; status?: number; objects?: true; request(n: number): Request | Promise<Request> }

type CpuSite = {
  url: string
  token: string
  campaign: Campaign
  dispatch: string
  confirmLink: string // of a sign-up, pressed before
  unsubscribeLink: string
  forms: Record<'signUp' | 'letter', Form>
}
type Form = { action: string; bodies: URLSearchParams[] }

/** Pages opened for one form. A stamp may be sent five times a minute, and a form is sent some two hundred times. */
const STAMPS = 50
const SLUG = SLUGS[0]
const VISITOR = { ip: '192.0.2.1', languages: 'en' }

/** Publishes a campaign, lets one person sign up and write, and sends an appeal. */
export async function prepareSite(server: Server, token: string): Promise<CpuSite> {
  const { url } = server
  const api = organiser(url, token)
  await api.publish(SLUG, filesOf(SLUG, FULL_DAY))
  const campaign = await api.campaign(SLUG)
  const person = { page: 'en', email: 'cpu@example.org', locales: ['en'], topics: [] }
  await signUp(url, VISITOR, person, SLUG)
  const [confirmation] = await awaitMails(url, 1, isConfirmation)
  if (confirmation === undefined) throw new Error('no confirmation came')
  const confirmLink = linkIn(confirmation, url, CONFIRM)
  await pressButtonBehind(VISITOR, confirmLink)
  const [welcome] = await awaitMails(url, 1, isWelcome)
  if (welcome === undefined) throw new Error('no welcome came')
  const letter = { email: 'cpu.writer@example.org', name: 'Robin Quay', sentence: 'I have taken this tram for years.' }
  await fillInAt(VISITOR, url + paths.write('en', SLUG), paths.letters(SLUG), letter)
  const { json } = await api.dispatch({ campaign: SLUG, revision: campaign.revision, email: 'appeal' }, 'cpu')
  const answers = { email: 'cpu@example.org', name: 'Robin Quay' }
  const forms = {
    signUp: await formAt(url, paths.campaign('en', SLUG), paths.signUp('en'), { ...answers, locales: ['en'] }),
    letter: await formAt(url, paths.write('en', SLUG), paths.letters(SLUG), { ...answers, sentence: letter.sentence }),
  }
  await delay(3_000) // longer than a form has to stay open
  return {
    url,
    token,
    campaign,
    dispatch: json.id,
    confirmLink,
    unsubscribeLink: linkIn(welcome, url, UNSUBSCRIBE),
    forms,
  }
}

async function formAt(
  url: string,
  page: string,
  path: string,
  answers: Record<string, string | string[]>,
): Promise<Form> {
  const bodies: URLSearchParams[] = []
  for (let stamp = 0; stamp < STAMPS; stamp++)
    bodies.push(fillIn(formTo(await open(VISITOR, url + page), path), answers))
  return { action: url + path, bodies }
}

export function cpuRoutes({
  url,
  token,
  campaign,
  dispatch,
  confirmLink,
  unsubscribeLink,
  forms,
}: CpuSite): CpuRoute[] {
  const network = (n: number) => ({ 'cf-connecting-ip': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, origin: url })
  const page = (name: string, path: string, status = 200): CpuRoute => ({
    name: `GET ${name}`,
    status,
    request: (n) => new Request(url + path, { headers: { accept: 'text/html', ...network(n) } }),
  })
  const form = (name: string, { action, bodies }: Form): CpuRoute => ({
    name: `POST ${name}`,
    status: 303,
    objects: true,
    request(n) {
      const own = new URLSearchParams(bodies[n % STAMPS])
      own.set('email', `cpu${n}@example.org`)
      return new Request(action, {
        method: 'POST',
        body: own,
        redirect: 'manual',
        headers: { accept: 'text/html', ...network(n) },
      })
    },
  })
  const link = (name: string, href: string): CpuRoute => ({
    name: `POST ${name}`,
    objects: true,
    request: (n) => new Request(href, { method: 'POST', body: new URLSearchParams(), headers: network(n) }),
  })
  const api = (
    method: string,
    path: string,
    options: { body?: unknown; objects?: true; named?: string } = {},
  ): CpuRoute => ({
    name: `${method} ${options.named ?? path}`,
    ...(options.objects && { objects: true }),
    request: () =>
      new Request(url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
      }),
  })
  const { slug } = campaign
  return [
    { name: 'GET /healthz (the least a request takes)', request: () => new Request(`${url}${ROUTES.health}`) },
    page(ROUTES.home, paths.home('en')),
    page(ROUTES.campaign, paths.campaign('ru', slug)),
    page(`${ROUTES.campaign}, unknown`, paths.campaign('en', 'no-such-campaign'), 404),
    page(ROUTES.write, paths.write('en', slug)),
    page(ROUTES.signUp, paths.signUp('en')),
    page(ROUTES.letterSheets, paths.letterSheets('en', slug)),
    page(ROUTES.letterPdf, paths.letterPdf('en', 'river-street-bakery', 'a4')),
    page(ROUTES.picture, paths.picture('en', slug, 'x')),
    page('/campaigns/:slug.txt', paths.campaignText(slug, 'en')),
    page(ROUTES.embed, paths.embed('en', slug)),
    form(ROUTES.signUp, forms.signUp),
    form(ROUTES.letters, forms.letter),
    page(ROUTES.confirm, new URL(confirmLink).pathname),
    link(ROUTES.unsubscribe, unsubscribeLink),
    api('PUT', `/api/campaigns/${slug}`, { body: { files: filesOf(slug, FULL_DAY) }, objects: true }),
    api('POST', `/api/campaigns/${slug}/preview`, { body: { email: 'appeal', locale: 'en' } }),
    api('GET', '/api/campaigns'),
    api('GET', `/api/actions/${slug}`, { objects: true }),
    api('GET', `/api/actions/${slug}/signatures?format=pdf`, { objects: true }),
    api('GET', '/api/dispatches', { objects: true }),
    api('GET', `/api/dispatches/${dispatch}`, { objects: true, named: '/api/dispatches/:id' }),
    api('GET', '/api/moderation', { objects: true }),
    api('GET', '/api/stats', { objects: true }),
    {
      name: 'POST /webhooks/resend',
      objects: true,
      request(n) {
        const { path, headers, body } = event('resend', {
          what: 'hard',
          email: `gone${n}@example.org`,
          dispatch,
          at: Date.now(),
          n,
        })
        return new Request(url + path, { method: 'POST', headers: { ...headers }, body: String(body) })
      },
    },
  ]
}
