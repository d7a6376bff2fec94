using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>What moved, and what there was after it.</summary>
public sealed record StatedMove(HolderMove Move, Amount Hours, long Points, long Reserved);

/// <summary>The account of one holder over some months: what there was, what moved, what there is.</summary>
/// <param name="From">The first month.</param>
/// <param name="Until">The last month.</param>
/// <param name="Lots">What has something left today.</param>
public sealed record StatementOfHolder(
    string Body, string Programme, string Name, string Number, MemberKind Kind, LocalDate Today, PeriodNumber From, PeriodNumber Until,
    HolderSums Opening, IReadOnlyList<StatedMove> Moves, HolderSums Closing, IReadOnlyList<LotRow> Lots)
{
    /// <summary>The months to print are not months, lie the wrong way round, or hold more than is printed at once.</summary>
    public const string BadMonths = "holder.bad-months";

    internal static async Task<StatementOfHolder> Of(Work work, Member member, int from, int until, CancellationToken ct)
    {
        if (from > until || from % 100 is < 1 or > 12 || until % 100 is < 1 or > 12)
        {
            throw new RefusedException(BadMonths, ("limit", HolderBook.MostMoves));
        }

        HolderBook book = new(work, member.FundId, member.PersonId);
        IReadOnlyList<HolderMove> moves = await book.Moves(from, until, ct);
        if (moves.Count == HolderBook.MostMoves)
        {
            throw new RefusedException(BadMonths, ("limit", HolderBook.MostMoves));
        }

        HolderSums opening = await book.Before(from, ct), stands = opening;
        List<StatedMove> stated = [];
        foreach (HolderMove move in moves.Reverse())
        {
            stands = new HolderSums(stands.Hours + move.Hours, stands.Points + move.Points, stands.Reserved + move.Reserved);
            stated.Add(new StatedMove(move, stands.Hours, stands.Points, stands.Reserved));
        }

        return new StatementOfHolder(
            await work.Db.Books.Where(row => row.BookId == work.Book).Select(row => row.Name).SingleAsync(ct),
            (await work.FundById(member.FundId, ct)).Name, (await PersonName.Of(work, [member.PersonId], ct))[member.PersonId], member.Number,
            member.Kind, work.Today, new PeriodNumber(from), new PeriodNumber(until), opening, stated, stands, await book.Lots(ct));
    }
}

/// <summary>The own account over some months, to print.</summary>
public sealed record MyStatement(MemberPass Pass, int From, int Until) : Query<StatementOfHolder>
{
    internal override Need Needs => Need.Anybody;

    internal override async Task<StatementOfHolder> Answer(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        return await StatementOfHolder.Of(work.In(me.BookId), me, From, Until, ct);
    }
}

/// <summary>The account of a holder over some months, for those who read the time bank.</summary>
public sealed record HolderStatement(long Person, int From, int Until) : Query<StatementOfHolder>
{
    internal override Need Needs => Need.Any(Programme.Readers);

    internal override async Task<StatementOfHolder> Answer(Work work, CancellationToken ct) =>
        await StatementOfHolder.Of(work, await HolderPage.Find(work, Person, ct), From, Until, ct);
}
