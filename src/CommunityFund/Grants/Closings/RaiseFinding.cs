using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Closings;

/// <summary>The panel writes down what it found; one that blocks keeps the grant from being closed.</summary>
public sealed record RaiseFinding(Guid Key, long Grant, string Words, bool Blocks) : Command<long>(Key)
{
    /// <summary>Words are missing or too long.</summary>
    public const string WordsMissing = "finding.words-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Panel));

    /// <returns>The finding.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        await ClosingCase.OfOffice(work, Grant, ct);
        GrantFinding finding = new()
        {
            BookId = work.Book,
            GrantId = Grant,
            Words = Cleaned(Words, 1000),
            Blocks = Blocks,
            State = FindingState.Open,
            RaisedBy = work.ActorId,
            RaisedAt = work.Now,
        };
        work.Db.Add(finding);
        await work.Db.SaveChangesAsync(ct);
        return finding.GrantFindingId;
    }

    internal static string Cleaned(string typed, int limit) => PlainText.Of(typed) is { Length: > 0 } words && words.Length <= limit ? words
        : throw new RefusedException(WordsMissing, ("limit", limit));
}

/// <summary>The lead answers what was found.</summary>
public sealed record AnswerFinding(Guid Key, long Grant, long Finding, string Answer) : Command<Done>(Key)
{
    /// <summary>There is no such finding, or it was closed.</summary>
    public const string NotOpen = "finding.not-open";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ClosingCase.Writers));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await ClosingCase.OfLead(work, Grant, ct);
        GrantFinding row = await Open(work, Grant, Finding, ct);
        (row.State, row.Answer, row.AnsweredBy, row.AnsweredAt) = (FindingState.Answered, RaiseFinding.Cleaned(Answer, 1000), work.ActorId,
            work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    internal static async Task<GrantFinding> Open(Work work, long grant, long finding, CancellationToken ct) =>
        await work.Db.Set<GrantFinding>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantId == grant
            && row.GrantFindingId == finding && row.State != FindingState.Closed, ct)
        ?? throw new RefusedException(NotOpen, ("finding", finding));
}

/// <summary>The panel closes it, and says how it ended.</summary>
public sealed record CloseFinding(Guid Key, long Grant, long Finding, string Ending) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Panel));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await ClosingCase.OfOffice(work, Grant, ct, alsoEnded: true);
        GrantFinding row = await AnswerFinding.Open(work, Grant, Finding, ct);
        (row.State, row.Ending, row.ClosedBy, row.ClosedAt) = (FindingState.Closed, RaiseFinding.Cleaned(Ending, 500), work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
