"""The two small learners of the bed: picture and question in, one of the training set's answers out. PROTOCOL.md says which.

A is scikit-learn's multinomial logistic regression over (picture, question words, picture x question words), summed by question: all
pictures that share a question share its 64 columns of weights, so that a step costs a twentieth. `same_as_scikit` shows that it is the same."""
import zlib

import numpy
import scipy.optimize
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

N_WORDS, N_CROSSED, PENALTY, STEPS, TOLERANCE = 48, 24, 0.02, 60, 1e-2


def question_vector(text):
    """Signed hashes of the words, without the sentence on how to answer."""
    out = numpy.zeros(N_WORDS, numpy.float32)
    for word in text.split(" Answer ")[0].lower().replace("?", "").replace(".", "").split():
        h = zlib.crc32(word.encode())
        out[h % N_WORDS] += 1 if h >> 16 & 1 else -1
    return out


class Inputs:
    """Rows (picture, question, answer) as numbers, ordered by question; `order` leads back."""

    def __init__(self, vectors, rows):
        questions = sorted({r[1] for r in rows})
        number = {q: i for i, q in enumerate(questions)}
        which = numpy.array([number[r[1]] for r in rows])
        self.order = numpy.argsort(which, kind="stable")
        self.which = which[self.order]
        self.x = numpy.stack([vectors[rows[i][0]] for i in self.order])
        self.questions = numpy.stack([question_vector(q) for q in questions])
        self.begins = numpy.searchsorted(self.which, numpy.arange(len(questions) + 1))
        self.answers = [rows[i][2] for i in self.order]

    def parts(self):
        return [(u, slice(self.begins[u], self.begins[u + 1])) for u in range(len(self.questions))]

    def rows_as_given(self, crossed):
        """One row of features per sample, in the order of the rows."""
        back = numpy.argsort(self.order)
        x, q = self.x[back], self.questions[self.which][back]
        wide = [(x[:, :, None] * q[:, None, :N_CROSSED]).reshape(len(x), -1)] if crossed else []
        return numpy.concatenate([x, q] + wide, axis=1)


class Softmax:
    """Weights of one answer a column: picture, crossed with each of the first question words, question words, intercept."""

    def __init__(self, n_picture, n_answers):
        self.n_picture, self.n_answers = n_picture, n_answers

    def split(self, theta):
        d, k = self.n_picture, self.n_answers
        ends = numpy.cumsum([d * k, N_CROSSED * d * k, N_WORDS * k])
        a, b, c, e = numpy.split(theta, ends)
        return a.reshape(d, k), b.reshape(N_CROSSED, d * k), c.reshape(N_WORDS, k), e

    def logits(self, theta, data, questions):
        d, k = self.n_picture, self.n_answers
        picture, crossed, words, intercept = self.split(theta)
        by_question = picture + (questions[:, :N_CROSSED] @ crossed).reshape(-1, d, k)
        shift = questions @ words + intercept
        return numpy.concatenate([data[s] @ by_question[u] + shift[u] for u, s in self.parts])

    def loss(self, theta, data, questions, y):
        """Mean cross-entropy + |weights|^2 / (2 C n), and its gradient; the intercept is free."""
        n, strength = len(y), 1 / (PENALTY * len(y))
        z = self.logits(theta, data, questions)
        z -= z.max(axis=1, keepdims=True)
        loss = -z[numpy.arange(n), y].mean()
        p = numpy.exp(z)
        total = p.sum(axis=1, keepdims=True)
        loss += numpy.log(total).mean()
        p /= total * n
        p[numpy.arange(n), y] -= 1 / n
        by_question = numpy.stack([data[s].T @ p[s] for _, s in self.parts])
        shift = numpy.stack([p[s].sum(axis=0) for _, s in self.parts])
        crossed = questions[:, :N_CROSSED].T @ by_question.reshape(len(questions), -1)
        grad = numpy.concatenate([by_question.sum(axis=0).ravel(), crossed.ravel(), (questions.T @ shift).ravel(), shift.sum(axis=0)])
        weights = theta[:-self.n_answers]
        grad[:-self.n_answers] += strength * weights
        return loss + strength / 2 * (weights @ weights), grad

    def fit(self, inputs, y):
        self.parts = inputs.parts()
        data, questions = inputs.x.astype(numpy.float64), inputs.questions.astype(numpy.float64)
        start = numpy.zeros((self.n_picture * (1 + N_CROSSED) + N_WORDS + 1) * self.n_answers)
        self.theta = scipy.optimize.minimize(self.loss, start, args=(data, questions, y), method="L-BFGS-B", jac=True, options={
            "maxiter": STEPS, "maxls": 50, "gtol": TOLERANCE, "ftol": 64 * numpy.finfo(float).eps}).x
        return self

    def predict(self, inputs):
        self.parts = inputs.parts()
        return self.logits(self.theta, inputs.x.astype(numpy.float64), inputs.questions.astype(numpy.float64)).argmax(axis=1)


def predictions(vectors, rows, test, learner, seed):
    """Answers to the rows of `test`, an Inputs, in its order, of a learner that was trained on `rows`."""
    inputs = Inputs(vectors, rows)
    answers, y = numpy.unique(numpy.array(inputs.answers), return_inverse=True)
    if len(answers) == 1:
        return numpy.full(len(test.answers), answers[0])
    if learner == "A":
        return answers[Softmax(inputs.x.shape[1], len(answers)).fit(inputs, y).predict(test)]
    model = MLPClassifier((128,), max_iter=30, random_state=seed, early_stopping=False, tol=1e-3, batch_size=min(128, len(rows)))
    back = numpy.argsort(inputs.order)
    model.fit(inputs.rows_as_given(False), y[back])
    return answers[model.predict(test.rows_as_given(False))][test.order]


def same_as_scikit(vectors, rows, test):
    """Share of the test's questions that scikit-learn's learner A answers alike."""
    inputs = Inputs(vectors, rows)
    back = numpy.argsort(inputs.order)
    model = LogisticRegression(C=PENALTY, max_iter=STEPS, tol=TOLERANCE)
    model.fit(inputs.rows_as_given(True), numpy.array(inputs.answers)[back])
    theirs = model.predict(test.rows_as_given(True))[test.order]
    return float(numpy.mean(theirs == predictions(vectors, rows, test, "A", 0)))
