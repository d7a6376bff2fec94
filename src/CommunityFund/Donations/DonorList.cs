using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A donor in the register, with what stands in the books.</summary>
/// <param name="IsNoted">Whether the register says anything of the donor beside the name.</param>
public sealed record DonorItem(
    long Id, string Name, PersonKind Kind, bool IsNoted, DonorPlace Place, DonorNaming Naming, string Alias, bool IsRelated, bool IsMain, int Gifts,
    Amount Given, LocalDate? LastOn);

/// <summary>A page of donors.</summary>
public sealed record DonorPageOf(IReadOnlyList<DonorItem> Items, int Total, bool MayNote);

/// <summary>Whoever gave to a fund that the reader's roles reach, or stands in the register; who gave most first.</summary>
/// <param name="Name">Part of a name.</param>
public sealed record DonorList(string? Name = null, int Page = 1) : Query<DonorPageOf>
{
    /// <summary>Rows of one page.</summary>
    public const int Shown = 50;

    internal override Need Needs => Need.Any(ReadableVouchers.Readers);

    internal override async Task<DonorPageOf> Answer(Work work, CancellationToken ct)
    {
        int[] funds = [.. work.Rights.FundsOf(ReadableVouchers.Readers)];
        bool all = work.Rights.ReachesAll(ReadableVouchers.Readers);
        string like = $"%{PlainText.Of(Name ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal)}%";
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            with given as (
              select donor_id, count(*)::integer as gifts, sum(d.units - coalesce(b.units, 0))::bigint as units, max(received_on) as last_on
                from donation d left join gifts_given_back({work.Book}) b using (donation_id)
               where book_id = {work.Book} and donor_id is not null and state = 'accepted' and fund_id = any ({funds}) group by donor_id),
            known as (select donor_id from given union select donor_id from donor where book_id = {work.Book} and {all}
                union select donor_id from donation where book_id = {work.Book} and donor_id is not null and fund_id = any ({funds}))
            select p.person_id as "Id", coalesce(g.gifts, 0) as "Gifts", coalesce(g.units, 0) as "Units", g.last_on as "LastOn",
                   count(*) over ()::integer as "Total"
              from known k join person p on p.person_id = k.donor_id left join given g on g.donor_id = k.donor_id
             where p.name like {like}
             order by coalesce(g.units, 0) desc, p.person_id limit {Shown} offset {(Math.Max(1, Page) - 1) * Shown}
            """).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.Id)];
        Dictionary<long, Person> people = await work.Db.People.AsNoTracking().Where(person => ids.Contains(person.PersonId))
            .ToDictionaryAsync(person => person.PersonId, ct);
        Dictionary<long, Donor> noted = await Donor.Current(work).Where(row => ids.Contains(row.DonorId)).ToDictionaryAsync(row => row.DonorId, ct);
        return new DonorPageOf(
        [
            .. rows.Select(row =>
            {
                Donor? donor = noted.GetValueOrDefault(row.Id);
                return new DonorItem(
                    row.Id, people[row.Id].Name, people[row.Id].Kind, donor is not null, donor?.Place ?? DonorPlace.Inside,
                    donor?.Naming ?? DonorNaming.Named, donor?.Alias ?? "", donor?.IsRelated ?? false, donor?.IsMain ?? false, row.Gifts,
                    Amount.Fen(row.Units), row.LastOn is { } day ? LocalDate.FromDateOnly(day) : null);
            }),
        ], rows.Count > 0 ? rows[0].Total : 0, work.Rights.ReachesAll(Donor.Keepers));
    }

    private sealed record Row(long Id, int Gifts, long Units, DateOnly? LastOn, int Total);
}
