import type { Campaign } from '../../campaigns/campaign.ts'
import type { TargetWish } from '../../campaigns/counters.ts'
import { translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { MessagePage, type PageProps } from '../../web/message-pages.tsx'
import { BackToCampaign } from '../drafts/pages.tsx'

/** Shows the button that stops copies or updates. The hidden field marks a press on the page; one-click requests lack it. */
export function StopPage({ what, token, ...page }: PageProps & { what: 'copies' | 'news'; token: string }) {
  const t = translator(page.locale)
  return (
    <MessagePage
      title={t(`stop.${what}-title`)}
      lead={t(`stop.${what}-lead`, { sender: page.settings.senderName })}
      {...page}
    >
      <form method="post" action={paths.stop(token)}>
        <input type="hidden" name="via" value="page" />
        <button type="submit">{t('stop.button')}</button>
      </form>
    </MessagePage>
  )
}

export function StoppedPage(page: PageProps) {
  const t = translator(page.locale)
  return <MessagePage title={t('stopped.title')} lead={t('stopped.lead')} {...page} />
}

/** Lets the reader at a target choose: all letters in one mail a day, or no more letters to this address. */
export function WishPage({ token, ...page }: PageProps & { token: string }) {
  const t = translator(page.locale)
  return (
    <MessagePage
      title={t('stop.letters-title')}
      lead={t('stop.letters-lead', { sender: page.settings.senderName })}
      {...page}
    >
      <form method="post" action={paths.stop(token)}>
        <p>
          <button type="submit" name="wish" value="digest">
            {t('stop.letters-digest')}
          </button>
        </p>
        <p>
          <button type="submit" name="wish" value="left-office">
            {t('stop.letters-left')}
          </button>
        </p>
      </form>
    </MessagePage>
  )
}

export function WishedPage({ wish, ...page }: PageProps & { wish: TargetWish }) {
  const t = translator(page.locale)
  return <MessagePage title={t(`stopped.${wish}`)} lead={t(`stopped.${wish}-lead`)} {...page} />
}

/** Thanks a visitor for a self-report. */
export function ReportedPage({ campaign, ...page }: PageProps & { campaign: Campaign }) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t('reported.title')} lead={t('reported.lead')} {...page}>
      <BackToCampaign locale={page.locale} campaign={campaign} />
    </MessagePage>
  )
}
