using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Activities;

/// <summary>When one person came and left, as typed.</summary>
public sealed class TimesForm
{
    public long Person { get; set; }

    public string? In { get; set; }

    public string? Out { get; set; }
}

/// <summary>One activity: who is expected, who came and left, what is confirmed, until it is closed.</summary>
[RequestFormLimits(ValueCountLimit = 8000)]
public sealed class ShowModel(IClock clock) : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public PeopleShown Show { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")]
    public int Number { get; set; } = 1;

    [BindProperty]
    public List<TimesForm> Times { get; set; } = [];

    /// <summary>Records that are ticked.</summary>
    [BindProperty]
    public List<long> Records { get; set; } = [];

    /// <summary>Number of the card of somebody who is signed up.</summary>
    [BindProperty]
    public string? Card { get; set; }

    [BindProperty]
    public string? Role { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    /// <summary>The open day that was offered for hours of a closed month, and taken.</summary>
    [BindProperty]
    public string? BookOn { get; set; }

    public ActivityPageView? View { get; private set; }

    public Pager Pager => new(Number, View!.PageSize, View.Total);

    /// <summary>The form that was sent, so that it stays open.</summary>
    public string? Open { get; private set; }

    /// <summary>What was typed for a person, else what stands there.</summary>
    public TimesForm TimesOf(ActivityPerson person) => Times.FirstOrDefault(row => row.Person == person.Person) ?? Standing(View!, person);

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnGetSheetAsync() => TakePdf(async () =>
    {
        View = await Session.Ask(new ActivityPage(Id, Show, Number), Ct);
        return SignSheetPaper.Of(await Session.Download(new SignSheet(Id), Ct), W);
    });

    public Task<IActionResult> OnPostTimesAsync() => Do("times", async () =>
    {
        ActivityPageView before = await Session.Ask(new ActivityPage(Id, Show, Number), Ct);
        AttendanceTimes[] rows = [.. Times.Select(row => Changed(before, row)).OfType<AttendanceTimes>()];
        return W["activities.said-times", rows.Length == 0 ? 0 : await Session.Run(new TickAttendance(FormKey, Id, rows), Ct)];
    });

    public Task<IActionResult> OnPostNowAsync(long person, bool leaves) => Do("times", async () =>
    {
        Times.Clear();
        LocalDateTime now = clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).LocalDateTime;
        string time = $"{now.Year:0000}-{now.Month:00}-{now.Day:00} {now.Hour:00}:{now.Minute:00}";
        await Session.Run(new TickAttendance(FormKey, Id, [new AttendanceTimes(person, leaves ? "" : time, leaves ? time : "")]), Ct);
        return W[leaves ? "activities.said-out" : "activities.said-in"];
    });

    public Task<IActionResult> OnPostConfirmAsync() => Do("confirm", async () =>
        W["activities.said-confirmed", await Session.Run(new ConfirmHours(FormKey, Id, Records), Ct)]);

    public Task<IActionResult> OnPostAllAsync() => Do("confirm", async () =>
    {
        IReadOnlyList<long> all = (await Session.Ask(new ActivityPage(Id), Ct)).Confirmable;
        return W["activities.said-confirmed", await Session.Run(new ConfirmHours(FormKey, Id, all), Ct)];
    });

    public Task<IActionResult> OnPostSignUpAsync() => Do("sign-up", async () =>
    {
        int programme = (await Session.Ask(new ActivityPage(Id), Ct)).Programme;
        MemberChoice member = await Session.Ask(new MemberOfNumber(programme, Card ?? ""), Ct);
        await Session.Run(new SignUpMember(FormKey, Id, member.Person, Role ?? ""), Ct);
        return W["activities.said-signed-up", member.Name];
    });

    public Task<IActionResult> OnPostWithdrawAsync(long person) => Do("list", async () =>
    {
        await Session.Run(new WithdrawMember(FormKey, Id, person), Ct);
        return W["activities.said-withdrawn"];
    });

    public Task<IActionResult> OnPostCloseAsync() => Do("close", async () =>
    {
        ActivityClosed closed = await Session.Run(
            new CloseActivity(FormKey, Id, string.IsNullOrEmpty(BookOn) ? null : DayText.Read(BookOn)), Ct);
        return W["activities.said-closed", closed.Records, Amount.OfUnits(closed.Minutes, Commodity.Hour),
            Amount.OfUnits(closed.Points, Commodity.Point), closed.Dropped];
    });

    public Task<IActionResult> OnPostCancelAsync() => Do("cancel", async () =>
    {
        await Session.Run(new CancelActivity(FormKey, Id, Reason ?? ""), Ct);
        return W["activities.said-cancelled"];
    });

    private static TimesForm Standing(ActivityPageView view, ActivityPerson person) => new()
    {
        Person = person.Person,
        In = person.Attendance is { } came ? ClockText.Typed(came.In, view.Day) : "",
        Out = person.Attendance?.Out is { } left ? ClockText.Typed(left, view.Day) : "",
    };

    /// <summary>Only what was changed is sent: whoever signed in by code keeps that grade unless somebody writes another time.</summary>
    private static AttendanceTimes? Changed(ActivityPageView view, TimesForm typed)
    {
        TimesForm was = view.People.FirstOrDefault(person => person.Person == typed.Person) is { } person ? Standing(view, person) : new TimesForm();
        string came = (typed.In ?? "").Trim(), left = (typed.Out ?? "").Trim();
        return came == (was.In ?? "") && left == (was.Out ?? "") ? null : new AttendanceTimes(typed.Person, came == (was.In ?? "") ? "" : came, left);
    }

    private async Task<IActionResult> Do(string form, Func<Task<string>> command)
    {
        Open = form;
        if (ModelState.IsValid && await Try(async () => Said = await command()))
        {
            return RedirectToPage(null, new { id = Id, show = Show, p = Number });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private Task Load()
    {
        Number = Math.Clamp(Number, 1, 1_000_000);
        return Try(async () => View = await Session.Ask(new ActivityPage(Id, Show, Number), Ct));
    }
}
