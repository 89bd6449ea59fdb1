import { expect, test } from 'vitest'
import { findWithheldNames, listWithheldNames } from '../../../src/actions/moderation/withheld-names.ts'
import type { Submission } from '../../../src/actions/submissions/submission.ts'
import { flagsOf } from '../../../src/actions/submissions/submission-flags.ts'

const message = (text: string, name = 'Anna'): Submission => ({
  kind: 'support',
  locale: 'en',
  name,
  text,
  shown: false,
})
const flags = (text: string, repeated = false) => flagsOf(message(text), [], repeated).map(({ kind }) => kind)

test('links and addresses are flagged in any spelling', () => {
  for (const text of [
    'see https://spam.example/win',
    'see www.spam.example',
    'see spam.example/win for more',
    'смотрите на сайт.рф сегодня',
    'HTTP://SPAM.EXAMPLE',
  ])
    expect(flags(text), text).toContain('link')
  for (const text of [
    'write to anna@spam.example',
    'anna＠spam.example',
    'anna (at) spam',
    'пишите anna [собака] spam',
  ])
    expect(flags(text), text).toContain('address')
  for (const text of [
    'We stand with you. All of us, every day.',
    'Bread and roses… and ovens that are safe.',
    'Мы с вами.',
  ])
    expect(flags(text), text).toEqual([])
})

test('shouting is flagged; abbreviations and scripts without capitals are not', () => {
  expect(flags('YOU ARE ALL A DISGRACE TO THE TRADE')).toContain('shouting')
  expect(flags('ПОЗОР ВАМ ВСЕМ, СЛЫШИТЕ')).toContain('shouting')
  expect(flags('Shame on you!!!')).toContain('shouting')
  expect(flags('Greetings from the members of UNISON, GMB and the TUC.')).toEqual([])
  expect(flags('نحن معكم في كل يوم حتى يعود الجميع إلى العمل')).toEqual([])
  expect(flags('We stand with you.', true)).toEqual(['repeated'])
})

test('a withheld name is found in any case, order and inflection, and in every field', () => {
  const withheld = listWithheldNames([], [], ['Vera Kowalczyk', 'Иван Петров', 'Straße', 'N. D.', 'مارا ليندن'])
  const found = (text: string) => findWithheldNames(text, withheld)
  for (const text of [
    'Dear vera kowalczyk, hold on',
    'KOWALCZYK, VERA',
    'Véra Kowalczyk',
    'Vera M. Kowalczyk’s courage',
    'V\u200Bera Kowal\u00ADczyk',
    'Vera\nKowalczyk',
  ])
    expect(found(text), text).toEqual(['1'])
  for (const text of ['Поддерживаю Ивана Петрова', 'вместе с Петровым Иваном', 'ИВАНУ ПЕТРОВУ'])
    expect(found(text), text).toEqual(['2'])
  expect(found('an der STRASSE')).toEqual(['3'])
  expect(found('what N. D. did')).toEqual(['4'])
  expect(found('ومارا ليندن')).toEqual(['5'])
  for (const text of [
    'Vera from the bakery',
    'Kowalczyk Street is not far from where Vera lives',
    'n’a d’autre choix',
    'Иван',
  ])
    expect(found(text), text).toEqual([])
  expect(flagsOf(message('Hold on, all of you.', 'Vera Kowalczyk'), withheld, false)).toEqual([
    { kind: 'named', who: '1' },
  ])
  const reply: Submission = {
    kind: 'reply',
    locale: 'en',
    target: 'director',
    date: '2026-11-20',
    text: 'Vera Kowalczyk left.',
  }
  expect(flagsOf(reply, withheld, false)).toEqual([{ kind: 'named', who: '1' }])
})

test('a withheld name is found with case endings, with other characters between its letters, and without letters that many omit', () => {
  const ways: Record<string, string[]> = {
    'Анна Иванова': [
      'с Анной Ивановой',
      'Анне Ивановой',
      '#СвободуАннеИвановой',
      'И в а н о в а А н н а',
      'Ан-на Ива_нова',
    ],
    'Илья Ким': ['Ильи Кима', 'Кимом Ильёй'],
    'Павел Орлов': ['Павла Орлова'],
    'Marek Dudek': ['dla Marka Dudka'],
    'Vera Kowalczyk': [
      '#FreeVeraKowalczyk',
      'V.e.r.a K.o.w.a.l.c.z.y.k',
      'Ve\u3164ra Kowal\u115Fczyk',
      'Vera “the baker” Kowalczyk',
      'Ｖｅｒａ　Ｋｏｗａｌｃｚｙｋ',
    ],
    Petrov: ['P e t r o v', 'p-e-t-r-o-v'],
    'Łukasz Ødegård': ['Lukasza Odegarda'],
    'Yılmaz Çelik': ['YILMAZ ÇELİK', 'Yilmaz Celik'],
    'Қайрат Әбенов': ['Қайратқа, Әбеновке', 'Кайрату Абенову'],
    'مارا ليندن': ['مـارا ليـنـدن', 'لمَارا لِيندن'],
    'فاطمة الزهراء': ['فاطمه الزهرا'],
    'N. D.': ['N. D., B. K., L. M.'],
    李小明: ['支持李小明！', '李 小明'],
  }
  for (const [name, texts] of Object.entries(ways))
    for (const text of texts)
      expect(findWithheldNames(text, listWithheldNames([], [], [name])), `${name}: ${text}`).toEqual(['1'])
  const others = listWithheldNames([], [], ['Анна Иванова', 'Илья Ким', 'Иванов', 'Vera Kowalczyk', 'N. D.'])
  for (const text of [
    'Анна и все, кто с ней',
    'старый диван овальный', // contains “иванов” across the words
    'Если они правы, мы с ними',
    'We are in a very cold waltz, K.',
  ])
    expect(findWithheldNames(text, others), text).toEqual([])
})

test('a name that an earlier revision had is withheld; a name that the current one shows is not', () => {
  const person = (id: string, naming: 'named' | 'initials' | 'withheld', as?: string) => ({
    id,
    naming,
    role: 'baker',
    atRisk: true,
    ...(as !== undefined && { as }),
  })
  const then = [
    person('mara', 'named', 'Mara Linden'),
    person('nora', 'named', 'Nora Dahlberg'),
    person('ole', 'named', 'Ole Bruun'),
  ]
  const now = [person('mara', 'named', 'Mara Lindén'), person('nora', 'initials', 'N. D.')]
  const withheld = listWithheldNames(now, [then, now], [])
  expect(withheld.map(({ who }) => who)).toEqual(['nora', 'ole'])
  expect(findWithheldNames('Mara Linden, N. D. and all', withheld)).toEqual([])
  expect(findWithheldNames('Nora Dahlberg', withheld)).toEqual(['nora'])
  expect(findWithheldNames('Nora Dahlberg', listWithheldNames(then, [then, now], []))).toEqual([])
})
