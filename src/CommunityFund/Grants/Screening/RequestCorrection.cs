using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Screening;

/// <summary>Something to correct, as the form says it.</summary>
public sealed record CorrectionForm(SectionKind Section, string Field, string Words);

/// <summary>The group is asked, once, to correct what is listed by section and field; those sections are opened for writing.</summary>
public sealed record RequestCorrection(Guid Key, long Grant, int StateVersion, string Reason, IReadOnlyList<CorrectionForm> Items)
    : Command<GrantMoved>(Key)
{
    /// <summary>An item has no words, or too many; or there are too many items.</summary>
    public const string BadItem = "screening.bad-item";

    private const int Most = 30;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.RequestCorrection, ct);

    internal override async Task<GrantMoved> Apply(Work work, CancellationToken ct)
    {
        CorrectionForm[] items = [.. (Items ?? []).Select(item => new CorrectionForm(item.Section, PlainText.Of(item.Field),
            PlainText.Of(item.Words)))
            .Where(item => item.Field.Length + item.Words.Length > 0)];
        if (items.Length > Most || Array.Exists(items, item => item.Words.Length is 0 or > 300 || item.Field.Length > 60))
        {
            throw new RefusedException(BadItem, ("limit", Most));
        }

        GrantCase row = await GrantCase.Lock(work, Grant, ct);
        if (row.State == GrantState.UnderScreening && row.StateVersion == StateVersion)
        {
            int before = await work.Db.Set<GrantCorrection>().CountAsync(each => each.BookId == work.Book && each.GrantId == Grant, ct);
            work.Db.AddRange(items.Take(Most - before).Select((item, index) => new GrantCorrection
            {
                BookId = work.Book,
                GrantId = Grant,
                No = checked((short)(before + index + 1)),
                StateVersion = StateVersion,
                Section = item.Section,
                Field = item.Field,
                Words = item.Words,
                AskedBy = work.ActorId,
                AskedAt = work.Now,
            }));
            await work.Db.SaveChangesAsync(ct);
        }

        return await GrantMoves.Make(work, Grant, StateVersion, GrantMove.RequestCorrection, Reason, null, ct,
            due: facts => WorkingDays.After(facts.Today, facts.Round.CorrectionDays));
    }
}
