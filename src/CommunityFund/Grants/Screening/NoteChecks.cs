using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Screening;

/// <summary>An answer as the form says it.</summary>
public sealed record CheckForm(ScreeningCheck Check, CheckVerdict Verdict, string Note = "");

/// <summary>Whoever screens writes down what the checks found; answers that are as before are not written again.</summary>
public sealed record NoteChecks(Guid Key, long Grant, IReadOnlyList<CheckForm> Checks) : Command<Done>(Key)
{
    /// <summary>A check that does not hold, or holds with a remark, says why in at most so many characters.</summary>
    public const string NoteMissing = "screening.note-missing";

    /// <summary>Nobody screens this application now.</summary>
    public const string NotScreened = "screening.not-screened";

    private const int LongestNote = 300;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantCase row = await GrantCase.Lock(work, Grant, ct);
        if (row.State != GrantState.UnderScreening)
        {
            throw new RefusedException(NotScreened, ("title", row.Title), ("state", row.State));
        }

        if ((await row.People(work, ct)).Contains(work.ActorId))
        {
            throw new RefusedException(GrantMoves.Related, ("title", row.Title));
        }

        Dictionary<ScreeningCheck, CheckAnswer> before = (await GrantCheck.Last(work, Grant, ct)).ToDictionary(answer => answer.Check);
        foreach (CheckForm form in (Checks ?? []).DistinctBy(each => each.Check))
        {
            string note = PlainText.Of(form.Note);
            if (note.Length > LongestNote || (note.Length == 0 && form.Verdict != CheckVerdict.Ok))
            {
                throw new RefusedException(NoteMissing, ("check", form.Check), ("limit", LongestNote));
            }

            if (before.GetValueOrDefault(form.Check) is { } last && (last.Verdict, last.Note) == (form.Verdict, note))
            {
                continue;
            }

            work.Db.Add(new GrantCheck
            {
                BookId = work.Book,
                GrantId = Grant,
                Kind = form.Check,
                Verdict = form.Verdict,
                Note = note,
                CheckedBy = work.ActorId,
                CheckedAt = work.Now,
            });
        }

        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
