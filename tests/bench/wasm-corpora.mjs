/* SPDX-License-Identifier: MIT */
/* Streams in other scripts than the core's corpora have, and one very large event: the same on every machine. */

const WORDS = {
  russian: 'Заседание начнётся через десять минут , просим участников подойти к стойке регистрации . Уровень воды в реке вырос на три сантиметра и продолжает расти',
  greek: 'Η συνεδρίαση αρχίζει σε δέκα λεπτά , παρακαλούμε τους συμμετέχοντες να προσέλθουν . Η στάθμη του νερού ανέβηκε τρία εκατοστά και συνεχίζει',
  arabic: 'تبدأ الجلسة بعد عشر دقائق ، نرجو من المشاركين التوجه إلى مكتب التسجيل . ارتفع منسوب المياه ثلاثة سنتيمترات وما زال يرتفع',
  japanese: '会議 は 十分後 に 始まります 。 参加者 の 皆様 は 受付 へ お越し ください 。 川 の 水位 が 三センチ 上昇 し 、 まだ 上がって います',
  korean: '회의가 십 분 뒤에 시작됩니다 , 참가자 여러분은 접수처로 와 주시기 바랍니다 . 강의 수위가 삼 센티미터 올랐고 계속 오르고 있습니다',
  emoji: 'The meeting “starts” in ten minutes – please come to the desk 🙂 . The water’s level rose by three centimetres 🌊 and it’s still rising … 🚀',
}

/** Of these scripts words are not separated. */
const DENSE = ['japanese']

/** The names of the corpora, the size of what is fed, and one event that is larger than any chunk. */
export const names = [...Object.keys(WORDS), 'one-event']

const LARGE = 10 << 20

/** splitmix32 */
function random(seed) {
  return (below) => {
    seed = (seed + 0x9e3779b9) | 0
    let z = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return ((z ^ (z >>> 15)) >>> 0) % below
  }
}

/**
 * A corpus of about this many bytes.
 *
 * @param {string} name
 * @param {number} size
 */
export function corpus(name, size) {
  if (name === 'one-event') return Buffer.from(`data: ${'0123456789abcdefghijklmnopqrstuvwxyz'.repeat(LARGE / 36)}\n\n`)
  const words = WORDS[name].split(' ')
  const next = random(1)
  const space = DENSE.includes(name) ? '' : ' '
  let text = ''
  for (let n = 1; text.length < size; n++) {
    const said = Array.from({ length: 20 + next(40) }, () => words[next(words.length)]).join(space)
    text += `event: update\nid: ${n}\ndata: {"id":${n},"text":"${said}"}\n\n`
  }
  return Buffer.from(text)
}
