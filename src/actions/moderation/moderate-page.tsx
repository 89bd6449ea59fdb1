import { type Campaign, wordsIn } from '../../campaigns/campaign.ts'
import { translator } from '../../kit/page-texts.ts'
import { paths } from '../../paths.ts'
import { MessagePage, type PageProps } from '../../web/message-pages.tsx'
import type { SubmissionFlag } from '../submissions/submission-flags.ts'
import type { SubmissionStatus } from '../submissions/submission-status.ts'
import { SubmissionView } from '../submissions/submission-view.tsx'
import type { ModerationItem } from './moderation.ts'

type ModerateProps = PageProps & { campaign: Campaign; item: ModerationItem; token: string }

/** A pending submission, its warnings, and the buttons to accept or refuse. */
export function ModeratePage({ campaign, item, token, ...page }: ModerateProps) {
  const t = translator(page.locale)
  const { submission, flags, acceptable } = item
  return (
    <MessagePage title={t('moderating.title')} lead={wordsIn(campaign, page.locale).title} {...page}>
      <p>{t(`moderating.asked-${item.kind}`)}</p>
      {flags.length > 0 && (
        <div class="note">
          <p>{t('moderating.flags')}</p>
          <ul>
            {flags.map((flag) => (
              <li>{flagText(page.locale, flag)}</li>
            ))}
          </ul>
        </div>
      )}
      {submission !== null && <SubmissionView locale={page.locale} campaign={campaign} submission={submission} />}
      {!acceptable && <p class="note">{t('moderating.not-acceptable')}</p>}
      <form method="post" action={paths.moderate(token)}>
        <p class="act">
          {acceptable && (
            <button type="submit" name="decision" value="accept">
              {t('moderating.accept')}
            </button>
          )}
          <button type="submit" name="decision" value="refuse" class="second">
            {t('moderating.refuse')}
          </button>
          {(campaign.moderators ?? []).length > 1 && (
            <button type="submit" name="decision" value="pass-on" class="second">
              {t('moderating.pass-on')}
            </button>
          )}
        </p>
      </form>
      <p class="small soft">{t(item.kind === 'letter' ? 'moderating.final-letter' : 'moderating.final')}</p>
    </MessagePage>
  )
}

const flagText = (locale: string, flag: SubmissionFlag): string =>
  translator(locale)(`flag.${flag.kind}`, flag.kind === 'named' ? { who: flag.who } : {})

type DecidedProps = PageProps & {
  status: SubmissionStatus | 'passed-on'
  /** An earlier decision holds, and it differs from the one this moderator just made. */
  otherwise: boolean
  next: string | null
}

/** The decision that holds, and a link to the next pending submission. `next` is the token of that link. */
export function DecidedPage({ status, otherwise, next, ...page }: DecidedProps) {
  const t = translator(page.locale)
  return (
    <MessagePage title={t(`moderated.${status}`)} lead={t(`moderated.${status}-lead`)} {...page}>
      {otherwise && <p class="note">{t('moderated.before')}</p>}
      {next === null ? (
        <p>{t('moderated.none')}</p>
      ) : (
        <p>
          <a class="button" href={paths.moderate(next)}>
            {t('moderated.next')}
          </a>
        </p>
      )}
    </MessagePage>
  )
}

/** Says why a link cannot be used: `gone` the submission was deleted, `expired` the link, `no-moderator` the person is none now. */
export function NothingToModeratePage({ kind, ...page }: PageProps & { kind: 'gone' | 'expired' | 'no-moderator' }) {
  const t = translator(page.locale)
  return <MessagePage title={t(`moderated.${kind}`)} lead={t(`moderated.${kind}-lead`)} {...page} />
}
