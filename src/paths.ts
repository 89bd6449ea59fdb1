/** URLs of pages and webhooks; `api/contract/operations.ts` has those of the API. `paths` builds paths, `absolute` builds URLs. */

/** The slug of a campaign. Another text matches no route, so it reaches no key and no header. */
const SLUG = ':slug{[a-z0-9-]+}'

export const ROUTES = {
  root: '/',
  style: '/style.css',
  home: '/:locale/',
  campaign: `/:locale/campaigns/${SLUG}`,
  more: `/:locale/campaigns/${SLUG}/more`,
  share: `/:locale/campaigns/${SLUG}/share`,
  calendar: `/:locale/campaigns/${SLUG}/event.ics`,
  write: `/:locale/campaigns/${SLUG}/write`,
  letters: `/campaigns/${SLUG}/letters`,
  reported: `/campaigns/${SLUG}/reported`,
  support: `/:locale/campaigns/${SLUG}/support`,
  messages: `/campaigns/${SLUG}/messages`,
  endorse: `/:locale/campaigns/${SLUG}/endorse`,
  endorsements: `/campaigns/${SLUG}/endorsements`,
  moderate: '/moderate/:token',
  letterSheets: `/:locale/campaigns/${SLUG}/letter`,
  letterPdf: `/:locale/campaigns/${SLUG}/letter.pdf`,
  letterStyle: '/letter.css',
  campaignText: '/campaigns/:file{[a-z0-9-]+\\.txt}',
  picture: `/:locale/campaigns/${SLUG}/picture.png`,
  embed: `/embed/${SLUG}`,
  signUp: '/:locale/sign-up',
  confirm: '/confirm/:token',
  unsubscribe: '/unsubscribe/:token',
  stop: '/stop/:token',
  noMore: '/no-more/:token',
  myData: '/my-data',
  preferences: '/preferences/:token',
  erase: '/erase/:token',
  export: '/export/:token',
  outbox: '/outbox',
  outboxJson: '/outbox.json',
  outboxMail: '/outbox/:id{[0-9]+}',
  outboxHtml: '/outbox/:id{[0-9]+}/html',
  outboxEml: '/outbox/:file{[0-9]+\\.eml}',
  outboxAttachment: '/outbox/:id{[0-9]+}/attachments/:n{[0-9]+}',
  health: '/healthz',
  webhook: '/webhooks/:provider',
} as const

export const paths = {
  home: (locale: string) => `/${locale}/`,
  campaign: (locale: string, slug: string) => `/${locale}/campaigns/${slug}`,
  /** The whole case. `part` counts from 1. */
  more: (locale: string, slug: string, part = 1) =>
    `/${locale}/campaigns/${slug}/more${part === 1 ? '' : `?part=${part}`}`,
  share: (locale: string, slug: string) => `/${locale}/campaigns/${slug}/share`,
  calendar: (locale: string, slug: string) => `/${locale}/campaigns/${slug}/event.ics`,
  write: (locale: string, slug: string) => `/${locale}/campaigns/${slug}/write`,
  letters: (slug: string) => `/campaigns/${slug}/letters`,
  reported: (slug: string) => `/campaigns/${slug}/reported`,
  support: (locale: string, slug: string) => `/${locale}/campaigns/${slug}/support`,
  messages: (slug: string) => `/campaigns/${slug}/messages`,
  endorse: (locale: string, slug: string) => `/${locale}/campaigns/${slug}/endorse`,
  endorsements: (slug: string) => `/campaigns/${slug}/endorsements`,
  /** The page after a form that is confirmed by mail. `path` is the path of the form. */
  sent: (path: string) => `${path}?sent=1`,
  moderate: (token: string) => `/moderate/${token}`,
  letterSheets: (locale: string, slug: string) => `/${locale}/campaigns/${slug}/letter`,
  letterSheet: (locale: string, slug: string, target: string) => `/${locale}/campaigns/${slug}/letter#to-${target}`,
  /** `paper` is `a4` or `letter`. Without `target`, the PDF has a sheet for every target with post or fax. */
  letterPdf: (locale: string, slug: string, paper: string, target?: string) =>
    `/${locale}/campaigns/${slug}/letter.pdf?${target === undefined ? '' : `to=${target}&`}paper=${paper}`,
  /** The appeal as plain text. `part` counts from 1. */
  campaignText: (slug: string, locale: string, part = 1) =>
    `/campaigns/${slug}.txt?lang=${locale}${part === 1 ? '' : `&part=${part}`}`,
  /** `version` changes with the picture, so that caches never serve an old picture. */
  picture: (locale: string, slug: string, version: string) => `/${locale}/campaigns/${slug}/picture.png?v=${version}`,
  embed: (locale: string, slug: string) => `/embed/${slug}?lang=${locale}`,
  embedSignedUp: (locale: string, slug: string) => `/embed/${slug}?lang=${locale}&sent=1`,
  signUp: (locale: string) => `/${locale}/sign-up`,
  signedUp: (locale: string) => `/${locale}/sign-up?sent=1`,
  confirm: (token: string) => `/confirm/${token}`,
  unsubscribe: (token: string) => `/unsubscribe/${token}`,
  stop: (token: string) => `/stop/${token}`,
  noMore: (token: string) => `/no-more/${token}`,
  myData: (locale: string) => `/my-data?locale=${locale}`,
  preferences: (token: string) => `/preferences/${token}`,
  erase: (token: string) => `/erase/${token}`,
  export: (token: string) => `/export/${token}`,
  /** `search`: fields of the outbox's form; empty ones are left out. */
  outbox: (search: Readonly<Record<string, string>> = {}) => {
    const fields = Object.entries(search).filter(([, value]) => value !== '')
    return fields.length === 0 ? '/outbox' : `/outbox?${new URLSearchParams(fields)}`
  },
  outboxMail: (id: number) => `/outbox/${id}`,
  outboxHtml: (id: number) => `/outbox/${id}/html`,
  outboxEml: (id: number) => `/outbox/${id}.eml`,
  outboxAttachment: (id: number, n: number) => `/outbox/${id}/attachments/${n}`,
} as const

/** The URL of a path. `base` is PUBLIC_URL, without a trailing slash. */
export const absolute = (base: string, path: string): string => `${base}${path}`
