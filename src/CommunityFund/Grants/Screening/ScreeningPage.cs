using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Screening;

/// <summary>A check with its last answer.</summary>
public sealed record CheckRow(ScreeningCheck Check, CheckVerdict? Verdict, string Note, string By, Instant? At);

/// <summary>Another application of the same people, or of the same name.</summary>
/// <param name="Shared">Who stands in both; empty where only the title is the same.</param>
public sealed record OtherCase(
    long Grant, string Number, string Title, string Round, GrantState State, Amount Requested, Instant CreatedAt,
        IReadOnlyList<string> Shared, bool IsSameRound);

/// <summary>An application as it is screened.</summary>
/// <param name="Duplicates">Of the same round: by the same people, or with the same title.</param>
/// <param name="Past">Of the same people in other rounds, the latest first.</param>
/// <param name="Second">The signature of who found it not eligible first, and waits for a second of the desk.</param>
public sealed record ScreeningView(
    ApplicationView Application, LocalDate? DueOn, string Guide, string WhoMay, string Forbidden, IReadOnlyList<CheckRow> Checks,
        IReadOnlyList<GrantCorrection> Corrections,
    IReadOnlyList<OtherCase> Duplicates, IReadOnlyList<OtherCase> Past, IReadOnlyList<GrantOffer> Offers, WaitingSignature? Second, bool IsPart);

/// <summary>What the desk needs to screen an application: the text, the guide, the checks, and what else these people have applied for.</summary>
public sealed record ScreeningPage(long Grant) : Query<ScreeningView>
{
    private const int Most = 50;

    internal override Need Needs => Need.Any(Role.Desk, Role.Panel);

    internal override async Task<ScreeningView> Answer(Work work, CancellationToken ct)
    {
        GrantCase row = await ReadableCase.Of(work, Grant, ct);
        ApplicationView view = await ReadApplication.Of(work, row, null, ct);
        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking()
            .SingleAsync(each => each.BookId == work.Book && each.GrantRoundId == row.GrantRoundId, ct);
        IReadOnlyList<CheckAnswer> answers = await GrantCheck.Last(work, Grant, ct);
        GrantSignature? second = await work.Db.Set<GrantSignature>().AsNoTracking().FirstOrDefaultAsync(given => given.BookId == work.Book
            && given.GrantId == Grant && given.StateVersion == row.StateVersion && given.Move == GrantMove.RefuseIneligible, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [.. answers.Select(each => (long?)each.By), second?.PersonId], ct);
        IReadOnlyList<OtherCase> others = await Others(work, row, ct);
        return new ScreeningView(view, row.DueOn, round.Guide, round.WhoMay, round.Forbidden,
            [
                .. Enum.GetValues<ScreeningCheck>().Select(check => answers.FirstOrDefault(each => each.Check == check) is { } said
                    ? new CheckRow(check, said.Verdict, said.Note, names[said.By], said.At) : new CheckRow(check, null, "", "", null)),
            ],
            await GrantCorrection.Of(work, Grant, ct), [.. others.Where(each => each.IsSameRound)], [.. others.Where(each => !each.IsSameRound)],
            await GrantMoves.Open(work, row, ct),
            second is null ? null : new WaitingSignature(second.Move, second.Mover, names[second.PersonId!.Value], second.At,
                second.Reason, second.Clause),
            (await row.People(work, ct)).Contains(work.Actor ?? 0));
    }

    private static async Task<IReadOnlyList<OtherCase>> Others(Work work, GrantCase row, CancellationToken ct)
    {
        // Who only signs for a committee, or types for a group, stands in many applications by office.
        long[] people = [.. (await GrantMember.Of(work, row.GrantId, ct)).Append(row.LeadId).Concat(row.FinLeadId is { } fin ? [fin]
            : []).Distinct()];
        List<long> found = await work.Db.Database.SqlQuery<long>(
            $"""
            select grant_id as "Value" from (
              select grant_id from grant_case where book_id = {work.Book} and lead_id = any ({people})
              union select grant_id from grant_case where book_id = {work.Book} and fin_lead_id = any ({people})
              union select grant_id from grant_member where book_id = {work.Book} and person_id = any ({people})
              union select grant_id from grant_case where book_id = {work.Book} and grant_round_id = {row.GrantRoundId} and title = {row.Title}) x
             where grant_id <> {row.GrantId} order by 1 desc limit {Most}
            """).ToListAsync(ct);
        List<GrantCase> cases = await work.Db.Set<GrantCase>().AsNoTracking().Where(other => other.BookId == work.Book
            && found.Contains(other.GrantId)
                && other.SubmittedAt != null)
            .OrderByDescending(other => other.GrantId).ToListAsync(ct);
        long[] ids = [.. cases.Select(other => other.GrantId)], rounds = [.. cases.Select(other => other.GrantRoundId).Distinct()];
        ILookup<long, long> members = (await work.Db.Set<GrantMember>().AsNoTracking()
            .Where(member => member.BookId == work.Book && ids.Contains(member.GrantId))
                .ToListAsync(ct)).ToLookup(member => member.GrantId, member => member.PersonId);
        Dictionary<long, string> titles = await work.Db.Set<GrantRound>().AsNoTracking()
            .Where(each => each.BookId == work.Book && rounds.Contains(each.GrantRoundId))
                .ToDictionaryAsync(each => each.GrantRoundId, each => each.Title, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, people.Select(person => (long?)person), ct);
        return
        [
            .. cases.Select(other => new OtherCase(other.GrantId, other.Number, other.Title, titles[other.GrantRoundId], other.State,
                Amount.Fen(other.Requested), other.CreatedAt,
                [.. members[other.GrantId].Append(other.LeadId).Append(other.FinLeadId ?? 0).Distinct().Where(people.Contains)
                    .Select(person => names[person])],
                other.GrantRoundId == row.GrantRoundId)),
        ];
    }
}
