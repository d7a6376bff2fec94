using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Applications;

/// <summary>The signer has read the whole text, confirms and submits it: it gets its number, and the text is kept with its hash.</summary>
/// <param name="Sha256">Of the text that was shown, in hexadecimal.</param>
public sealed record SignOffApplication(Guid Key, long Grant, int StateVersion, string Sha256) : Command<GrantMoved>(Key)
{
    /// <summary>The text is not the one that was shown.</summary>
    public const string OtherText = "application.other-text";

    // From the signature on the desk has three working days to begin.
    private const int DaysToBegin = 3;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.SignOff, ct);

    internal override Task<GrantMoved> Apply(Work work, CancellationToken ct) => GrantMoves.Make(
        work, Grant, StateVersion, GrantMove.SignOff, null, null, ct,
        async (row, _, _) =>
        {
            await Keep(work, row, Sha256, ct);
            row.Number = await Next(work, row.GrantRoundId, ct);
            row.SubmittedAt = work.Now;
            return [];
        },
        facts => WorkingDays.After(facts.Today, DaysToBegin));

    /// <summary>Keeps the text as it stands, if it is the one that was shown.</summary>
    internal static async Task Keep(Work work, GrantCase row, string shown, CancellationToken ct)
    {
        string content = await Shown(work, row, shown, ct);
        short before = await work.Db.Set<GrantSnapshot>().Where(each => each.BookId == work.Book && each.GrantId == row.GrantId)
            .MaxAsync(each => (short?)each.No, ct) ?? 0;
        work.Db.Add(new GrantSnapshot
        {
            BookId = work.Book,
            GrantId = row.GrantId,
            No = checked((short)(before + 1)),
            StateVersion = row.StateVersion,
            Content = content,
            Sha256 = SignedText.HashOf(content),
            Requested = row.Requested,
            OwnUnits = row.OwnUnits,
            SignedBy = row.SignerId!.Value,
            SignedAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
    }

    /// <summary>The text as it stands, if it is the one that was shown.</summary>
    internal static async Task<string> Shown(Work work, GrantCase row, string shown, CancellationToken ct)
    {
        string content = (await SignedText.Of(work, row, ct)).Write();
        return string.Equals(Convert.ToHexStringLower(SignedText.HashOf(content)), PlainText.Of(shown), StringComparison.OrdinalIgnoreCase)
            ? content : throw new RefusedException(OtherText, ("title", row.Title));
    }

    /// <summary>The next number of the round, under its lock: no gaps.</summary>
    private static async Task<string> Next(Work work, long round, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from grant_round where book_id = {work.Book} and grant_round_id = {round} for no key update", ct);
        string code = await work.Db.Set<GrantRound>().Where(row => row.BookId == work.Book && row.GrantRoundId == round)
            .Select(row => row.Code).SingleAsync(ct);
        int given = await work.Db.Set<GrantCase>().CountAsync(row => row.BookId == work.Book && row.GrantRoundId == round && row.Number != "", ct);
        return string.Create(CultureInfo.InvariantCulture, $"{code}-{given + 1:000}");
    }
}
