import { type Campaign, textIn, wordsIn } from '../../../campaigns/campaign.ts'
import type { WishesByTarget } from '../../../campaigns/counters.ts'
import { RiskNotice } from '../../../campaigns/pages/risk-notice.tsx'
import { OwnMailbox } from '../../../campaigns/pages/writing/own-mailbox.tsx'
import { PaperTargets } from '../../../campaigns/pages/writing/paper-targets.tsx'
import { ownMailboxTargets } from '../../../campaigns/pages/writing/ways-to-write.ts'
import type { Settings } from '../../../env.ts'
import { translator } from '../../../kit/page-texts.ts'
import { paths } from '../../../paths.ts'
import { Layout } from '../../../web/layout.tsx'

type OtherWaysProps = { locale: string; settings: Settings; campaign: Campaign; wishes: WishesByTarget | undefined }

/** The ways to write without this site: from one's own mailbox, and on paper. */
export function OtherWays({ locale, settings, campaign, wishes = {} }: OtherWaysProps) {
  const own = ownMailboxTargets(campaign).filter(({ id }) => wishes[id] !== 'left-office')
  return (
    <>
      {own.length > 0 && <h2>{translator(locale)('writing.own-mailbox')}</h2>}
      {own.map((target) => (
        <section class="flow">
          <h3>{textIn(target.name ?? target.role, locale)}</h3>
          <OwnMailbox locale={locale} campaign={campaign} target={target} settings={settings} />
        </section>
      ))}
      <PaperTargets locale={locale} campaign={campaign} />
    </>
  )
}

/** The page for writing where this site sends no letters: only the other ways. */
export function OtherWaysPage({ locale, settings, campaign, wishes }: OtherWaysProps) {
  const t = translator(locale)
  return (
    <Layout
      locale={locale}
      settings={settings}
      title={t('writing.title')}
      robots="noindex"
      alternates={Object.fromEntries(settings.locales.map((l) => [l, paths.write(l, campaign.slug)]))}
    >
      <div class="narrow flow">
        <h1>{t('writing.title')}</h1>
        <p class="lead">
          <a href={paths.campaign(locale, campaign.slug)}>{wordsIn(campaign, locale).title}</a>
        </p>
        {campaign.invented && <p class="note">{t('writing.invented')}</p>}
        <RiskNotice locale={locale} campaign={campaign} />
        <OtherWays locale={locale} settings={settings} campaign={campaign} wishes={wishes} />
      </div>
    </Layout>
  )
}
