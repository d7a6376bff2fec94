using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>An activity in the list.</summary>
/// <param name="Waiting">Records that nobody has confirmed yet.</param>
/// <param name="Minutes">Credited minutes of confirmed records.</param>
public sealed record ActivityRow(
    long Id, int Programme, string ProgrammeName, string Title, string Place, LocalDate Day, Instant StartsAt, Instant EndsAt, ActivityState State,
    int Seats, int SignedUp, int SignedIn, int Waiting, int Confirmed, Amount Minutes, int Disputes);

/// <summary>Activities that the filter lets through, a page of them, the latest first.</summary>
/// <param name="Programmes">The time banks that the reader's roles reach.</param>
/// <param name="Publishes">Whether the reader may publish one.</param>
public sealed record ActivityListView(
    IReadOnlyList<ActivityRow> Rows, int Total, int PageSize, IReadOnlyList<ProgrammeChoice> Programmes, bool Publishes, LocalDate Today);

/// <summary>Activities of the time banks that the reader's roles reach.</summary>
/// <param name="Text">Part of title or place.</param>
public sealed record ActivityList(
    int? Programme = null, LocalDate? From = null, LocalDate? Until = null, ActivityState? State = null, string? Text = null, int Page = 1)
    : Query<ActivityListView>
{
    private const int Shown = 50;

    internal override Need Needs => Need.Any(Programmes.Programme.Readers);

    internal override async Task<ActivityListView> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<Fund> programmes = await Programmes.Programme.Mine(work, ct);
        int[] funds = [.. programmes.Select(fund => fund.FundId).Where(fund => Programme is null || fund == Programme)];
        IQueryable<Activity> found = work.Db.Set<Activity>().AsNoTracking().Where(row => row.BookId == work.Book && funds.Contains(row.FundId));
        string text = PlainText.Of(Text);
        found = From is { } from ? found.Where(row => row.Day >= from) : found;
        found = Until is { } until ? found.Where(row => row.Day <= until) : found;
        found = State is { } state ? found.Where(row => row.State == state) : found;
        found = text.Length > 0 ? found.Where(row => row.Title.Contains(text) || row.Place.Contains(text)) : found;
        var rows = await found.OrderByDescending(row => row.Day).ThenByDescending(row => row.ActivityId)
            .Skip((Math.Max(1, Page) - 1) * Shown).Take(Shown).Select(row => new
            {
                Activity = row,
                Seats = work.Db.Set<ActivityRole>().Where(role => role.BookId == row.BookId && role.ActivityId == row.ActivityId)
                .Sum(role => role.Seats),
                SignedUp = work.Db.Set<ActivitySignUp>().Count(each => each.BookId == row.BookId && each.ActivityId == row.ActivityId
                    && each.WithdrawnAt == null),
                SignedIn = work.Db.Set<Attendance>().Count(each => each.BookId == row.BookId && each.ActivityId == row.ActivityId
                    && each.ReplacedAt == null),
                Waiting = work.Db.Set<ServiceRecord>().Count(each => each.BookId == row.BookId && each.ActivityId == row.ActivityId
                    && each.State == RecordState.Open),
                Confirmed = work.Db.Set<ServiceRecord>().Count(each => each.BookId == row.BookId && each.ActivityId == row.ActivityId
                    && (each.State == RecordState.Confirmed || each.State == RecordState.Posted)),
                Minutes = work.Db.Set<ServiceRecord>().Where(each => each.BookId == row.BookId && each.ActivityId == row.ActivityId
                    && (each.State == RecordState.Confirmed || each.State == RecordState.Posted)).Sum(each => (long)each.CreditedMinutes),
                Disputes = work.Db.Set<RecordDispute>().Count(dispute => dispute.BookId == row.BookId && dispute.State == DisputeState.Open
                    && work.Db.Set<ServiceRecord>().Any(each => each.BookId == row.BookId && each.ServiceRecordId == dispute.ServiceRecordId
                        && each.ActivityId == row.ActivityId)),
            }).ToListAsync(ct);
        Dictionary<int, string> names = programmes.ToDictionary(fund => fund.FundId, fund => fund.Name);
        return new ActivityListView(
            [
                .. rows.Select(row => new ActivityRow(
                    row.Activity.ActivityId, row.Activity.FundId, names[row.Activity.FundId], row.Activity.Title,
                    row.Activity.Place, row.Activity.Day,
                    row.Activity.StartsAt, row.Activity.EndsAt, row.Activity.State, row.Seats, row.SignedUp, row.SignedIn, row.Waiting, row.Confirmed,
                    Amount.OfUnits(row.Minutes, Commodity.Hour), row.Disputes)),
            ],
            await found.CountAsync(ct), Shown, ProgrammeChoice.Of(programmes),
            work.Rights.Holds(Programmes.Programme.Hands), work.Today);
    }
}
