using CommunityFund.Books;
using CommunityFund.Grants.Amendments;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Tranches;

/// <summary>What is asked for a line of the agreed budget.</summary>
/// <param name="Line">Its number in the agreement.</param>
public sealed record RequestLine(short Line, Amount Amount);

/// <summary>申请用款: the lead or the keeper of the project's money asks for a tranche, line by line, with quotations or contracts. How far it
/// has to go is written down with it.</summary>
/// <param name="Version">The state version that the page was drawn with.</param>
/// <param name="IsPurchase">代付: the foundation is to pay the supplier itself, on a contract or invoice in its own name.</param>
public sealed record RequestTranche(
    Guid Key, long Tranche, int Version, Amount Amount, IReadOnlyList<RequestLine> Lines, string Purpose, IReadOnlyList<Enclosure> Papers,
    bool IsPurchase = false) : Command<Done>(Key)
{
    /// <summary>Nothing says what for.</summary>
    public const string PurposeMissing = "tranche-request.purpose-missing";

    /// <summary>The lines do not come to the amount.</summary>
    public const string LinesDiffer = "tranche-request.lines-differ";

    /// <summary>The agreement has no such line, or it was named twice.</summary>
    public const string UnknownLine = "tranche-request.unknown-line";

    /// <summary>A line was asked for beyond its budget and a tenth.</summary>
    public const string LineOver = "tranche-request.line-over";

    /// <summary>No paper is enclosed, or too many.</summary>
    public const string PapersMissing = "tranche-request.papers-missing";

    /// <summary>A paper proves another tranche's request.</summary>
    public const string PaperUsed = "tranche-request.paper-used";

    internal const int MostPapers = 10;

    // Of a line's budget, in hundredths of a percent (grants.md 5.3 T8).
    private const int LineShare = 11_000;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => TrancheMoves.NeedOf(work, Tranche, TrancheMove.Request, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        RequestLine[] named = [.. (Lines ?? []).Where(line => !line.Amount.IsZero).OrderBy(line => line.Line)];
        await TrancheMoves.Make(work, Tranche, Version, TrancheMove.Request, null, ct, async (row, facts) =>
        {
            await Write(work, row, facts, named, ct);
            return [];
        }, asked: Amount.Units, lines: named.Length);
        return Done.It;
    }

    private async Task Write(Work work, Tranche row, TrancheFacts facts, RequestLine[] named, CancellationToken ct)
    {
        string purpose = PlainText.Of(Purpose) is { Length: > 0 and <= 500 } said ? said
            : throw new RefusedException(PurposeMissing, ("limit", 500));
        short version = await CheckLines(work, row, named, ct);
        TierRule rule = await TierRule.InForce(work, ct);
        (row.Asked, row.Tier, row.RequestNo) = (Amount.Units, rule.For(Amount.Units), (short)(row.RequestNo + 1));
        work.Db.Add(new TrancheRequest
        {
            BookId = work.Book,
            TrancheId = row.TrancheId,
            RequestNo = row.RequestNo,
            Units = Amount.Units,
            Purpose = purpose,
            AgreementVersion = version,
            Tier = row.Tier.Value,
            TierVersion = rule.Version,
            CheckerApproves = rule.CheckerApproves,
            ApproverReleases = rule.ApproverReleases,
            ApproverReviews = rule.ApproverReviews,
            IsPurchase = IsPurchase,
            RequestedBy = work.ActorId,
            RequestedAt = facts.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(named.Select(line => new TrancheRequestLine
        {
            BookId = work.Book,
            TrancheId = row.TrancheId,
            RequestNo = row.RequestNo,
            LineNo = line.Line,
            Units = line.Amount.Units,
        }));
        await File(work, row, ct);
        await work.Db.SaveChangesAsync(ct);
    }

    private async Task<short> CheckLines(Work work, Tranche row, RequestLine[] named, CancellationToken ct)
    {
        Int128 sum = named.Aggregate((Int128)0, (all, line) => all + line.Amount.Units);
        if (sum != Amount.Units || Amount.Commodity != Commodity.Cny
            || named.Any(line => line.Amount.IsNegative || line.Amount.Commodity != Commodity.Cny))
        {
            throw new RefusedException(LinesDiffer, ("amount", Amount), ("lines", Ledger.Amount.Fen((long)Int128.Clamp(sum, long.MinValue,
                long.MaxValue))));
        }

        IReadOnlyList<BudgetBar> budget = await BudgetBar.Of(work, row.GrantId, ct);
        foreach (var group in named.GroupBy(line => line.Line))
        {
            BudgetBar bar = group.Count() == 1 && budget.SingleOrDefault(each => each.Line == group.Key) is { } found ? found
                : throw new RefusedException(UnknownLine, ("line", group.Key));
            long asked = group.Single().Amount.Units, most = bar.Units * LineShare / 10_000;
            if (bar.Asked + asked > most)
            {
                throw new RefusedException(LineOver, ("line", bar.What), ("asked", Ledger.Amount.Fen(asked)),
                    ("left", Ledger.Amount.Fen(Math.Max(0, most - bar.Asked))));
            }
        }

        return budget.Count > 0 ? budget[0].Version : (short)1;
    }

    private async Task File(Work work, Tranche row, CancellationToken ct)
    {
        if (Papers is not { Count: > 0 and <= MostPapers })
        {
            throw new RefusedException(PapersMissing, ("limit", MostPapers));
        }

        short ordinal = 0;
        foreach (Enclosure paper in Papers)
        {
            byte[] hash = paper.Bytes();
            long document = await FiledDocument.Keep(work, [paper], ct);
            if (await (from used in work.Db.Set<TrancheRequestPaper>()
                       join filed in work.Db.Set<FiledDocument>() on new { used.BookId, used.FiledDocumentId }
                           equals new { filed.BookId, filed.FiledDocumentId }
                       where used.BookId == work.Book && used.TrancheId != row.TrancheId && filed.Sha256 == hash
                       select used).AnyAsync(ct))
            {
                throw new RefusedException(PaperUsed, ("no", row.No));
            }

            work.Db.Add(new TrancheRequestPaper
            {
                BookId = work.Book,
                TrancheId = row.TrancheId,
                RequestNo = row.RequestNo,
                Ordinal = ++ordinal,
                FiledDocumentId = document,
            });
        }
    }
}

/// <summary>A line of the budget as agreed or amended, with what was asked of it so far, in fen.</summary>
/// <param name="Asked">In requests that stand, paid ones too.</param>
/// <param name="Paid">Of that, what is paid.</param>
public sealed record BudgetBar(short Version, short Line, string What, long Units, long Asked, long Paid)
{
    internal static async Task<IReadOnlyList<BudgetBar>> Of(Work work, long grant, CancellationToken ct)
    {
        if (await GrantAward.Open(work, grant, ct) is not { } award || await GrantAgreement.Newest(work, award, ct) is not { } paper)
        {
            return [];
        }

        Dictionary<short, Requested> asked = (await work.Db.Database.SqlQuery<Requested>(
            $"""
            select r.line_no as "Line", sum(r.units)::bigint as "Asked",
                   coalesce(sum(r.units) filter (where t.paid_on is not null), 0)::bigint as "Paid"
              from tranche t join tranche_request_line r on r.book_id = t.book_id and r.tranche_id = t.tranche_id and r.request_no = t.request_no
             where t.book_id = {work.Book} and t.grant_id = {grant} and t.award_no = {award.AwardNo}
               and t.state not in ('planned', 'eligible', 'held', 'declined', 'cancelled', 'expired')
             group by r.line_no
            """).ToListAsync(ct)).ToDictionary(row => row.Line);
        Requested none = new(0, 0, 0);
        return [.. (await AgreedBudget.Now(work, grant, ct)).Select(line => (line, Use: asked.GetValueOrDefault(line.No, none)))
            .Select(row => new BudgetBar(paper.Version, row.line.No, row.line.What, row.line.Amount.Units, row.Use.Asked, row.Use.Paid))];
    }

    private sealed record Requested(short Line, long Asked, long Paid);
}
