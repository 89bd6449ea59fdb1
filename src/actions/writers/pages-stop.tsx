import type { Campaign } from '../../campaigns/campaign.ts'
import { translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { MessagePage, type PageProps } from '../../web/message-pages.tsx'
import { BackToCampaign } from '../drafts/pages.tsx'
import type { StopLink } from './stop-link.ts'

/** The hidden field tells a person's press from a mail program's one-click request. */
export function StopPage({ what, token, ...page }: PageProps & { what: StopLink['what']; token: string }) {
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

/** Thanks to somebody who says that they have written without us. */
export function ReportedPage({ campaign, ...page }: PageProps & { campaign: Campaign }) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t('reported.title')} lead={t('reported.lead')} {...page}>
      <BackToCampaign locale={page.locale} campaign={campaign} />
    </MessagePage>
  )
}
