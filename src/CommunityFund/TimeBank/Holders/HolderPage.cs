using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Holders;

/// <summary>A certificate that was issued.</summary>
public sealed record CertificateRow(long Id, string Number, NodaTime.LocalDate From, NodaTime.LocalDate Until, NodaTime.Instant IssuedAt);

/// <summary>One holder as a coordinator sees it.</summary>
/// <param name="Undoable">Entries of the month that may be taken back.</param>
/// <param name="MayAct">Whether the reader runs the programme.</param>
public sealed record HolderView(
    long Person, string Name, string Number, MemberKind Kind, string Community, int Programme, string ProgrammeName, int? Age, PassbookView Book,
    IReadOnlyList<CertificateRow> Certificates, IReadOnlySet<long> Undoable, bool MayAct)
{
    /// <summary>Whether hours may be given to the person that nobody served.</summary>
    public bool MayBeElder => Kind != MemberKind.Group;
}

/// <summary>One holder, for those who read the time bank.</summary>
/// <param name="Month">YYYYMM; null for the last in which something moved.</param>
public sealed record HolderPage(long Person, int? Month = null) : Query<HolderView>
{
    internal override Need Needs => Need.Any(Programme.Readers);

    internal override async Task<HolderView> Answer(Work work, CancellationToken ct)
    {
        Member member = await Find(work, Person, ct);
        PassbookView book = await PassbookView.Of(work, member.FundId, Person, Month, ct);
        long[] entries = [.. book.Moves.Where(move => !move.IsRed && ProposeUndo.Kinds.Contains(move.Kind)).Select(move => move.EntryNo)];
        List<long?> undone = await work.Db.Set<UnitPaper>()
            .Where(row => row.BookId == work.Book && row.IsRed && entries.Contains(row.OfEntryNo!.Value))
            .Select(row => row.OfEntryNo).ToListAsync(ct);
        List<long> waiting = await work.Db.Set<UnitUndo>().Where(row => row.BookId == work.Book && row.State == TwoHandState.Waiting
            && entries.Contains(row.OfEntryNo)).Select(row => row.OfEntryNo).ToListAsync(ct);
        return new HolderView(
            Person, (await PersonName.Of(work, [Person], ct))[Person], member.Number, member.Kind, member.Community, member.FundId,
            (await work.FundById(member.FundId, ct)).Name,
            member.BornOn is { } born ? (int)NodaTime.Period.Between(born, work.Today, NodaTime.PeriodUnits.Years).Years : null, book,
            await ServiceCertificate.Of(work, Person, ct),
            entries.Except(undone.OfType<long>()).Except(waiting).ToHashSet(), work.Rights.Reaches(Programme.Hands, member.FundId));
    }

    /// <exception cref="RefusedException">There is no such member in a programme that the person at work reads.</exception>
    internal static async Task<Member> Find(Work work, long person, CancellationToken ct) =>
        await Member.Find(work, person, ct) is { } member && work.Rights.Reaches(Programme.Readers, member.FundId)
            ? member : throw new RefusedException(Member.Unknown);
}
