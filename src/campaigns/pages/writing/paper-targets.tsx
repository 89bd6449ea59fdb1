import { translator } from '../../../kit/page-texts.ts'
import { paths } from '../../../paths.ts'
import { type Campaign, textIn } from '../../campaign.ts'
import { paperTargets } from './ways-to-write.ts'

/** The targets that letters on paper reach, each with a link to its sheet; null where there is none. */
export function PaperTargets({ locale, campaign }: { locale: string; campaign: Campaign }) {
  const t = translator(locale)
  const targets = paperTargets(campaign)
  if (targets.length === 0) return null
  return (
    <section class="flow">
      <h2>{t('writing.paper')}</h2>
      <p>{t('writing.paper-lead')}</p>
      <ul class="plain">
        {targets.map(({ id, name, role }) => (
          <li>
            <a class="target-size" href={paths.letterSheet(locale, campaign.slug, id)}>
              {textIn(name ?? role, locale)}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
