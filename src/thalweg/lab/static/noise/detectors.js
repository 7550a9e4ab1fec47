// How little an answer looks like one about a known class: the twin of thalweg/evaluation/outliers/scores.py.

/** Every detector's score of one example; larger is more of an outlier. `answers`, `logits`: an array a member. */
export function scores(answers, logits) {
  const mean = answers[0].map((_, label) => answers.reduce((sum, own) => sum + own[label], 0) / answers.length);
  const most = mean.reduce((best, share, label) => (share > mean[best] ? label : best), 0);
  return {
    maximum_probability: mean.reduce((sum, share, label) => (label === most ? sum : sum + share), 0),
    entropy: entropy(mean),
    mutual_information: entropy(mean) - average(answers.map(entropy)),
    maximum_logit: average(logits.map((own) => -Math.max(...own))),
    energy: average(logits.map((own) => -logSumExp(own))),
  };
}

function entropy(shares) {
  return -shares.reduce((sum, share) => (share > 0 ? sum + share * Math.log(share) : sum), 0);
}

function logSumExp(values) {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
