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

    /// <summary>What stood there when the page was drawn.</summary>
    public string? WasIn { get; set; }

    public string? WasOut { get; set; }

    internal string TypedIn => (In ?? "").Trim();

    internal string TypedOut => (Out ?? "").Trim();

    internal bool ChangesIn => TypedIn != (WasIn ?? "");

    internal bool ChangesOut => TypedOut != (WasOut ?? "");

    internal bool IsChanged => ChangesIn || ChangesOut;
}

/// <summary>One activity: who is expected, who came and left, what is confirmed, until it is closed.</summary>
[RequestFormLimits(ValueCountLimit = 8000)]
public sealed class ShowModel(IClock clock) : FundPage
{
    /// <summary>Times were written and not saved; what would be confirmed is not what stands in the fields.</summary>
    public const string TimesUnsaved = "attendance.times-unsaved";

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
    public TimesForm TimesOf(ActivityPerson person)
    {
        TimesForm now = Standing(View!, person);
        return Times.FirstOrDefault(row => row.Person == person.Person) is not { } typed ? now : new TimesForm
        {
            Person = person.Person,
            In = typed.ChangesIn ? typed.In : now.In,
            Out = typed.ChangesOut ? typed.Out : now.Out,
            WasIn = now.In,
            WasOut = now.Out,
        };
    }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnGetSheetAsync() => TakePdf(async () =>
    {
        View = await Session.Ask(new ActivityPage(Id, Show, Number), Ct);
        return SignSheetPaper.Of(await Session.Download(new SignSheet(Id), Ct), W);
    });

    public Task<IActionResult> OnPostTimesAsync() => Do("times", async () =>
    {
        AttendanceTimes[] rows = await Changed();
        return rows.Length == 0 ? W["activities.said-no-times"]
            : W["activities.said-times", await Session.Run(new TickAttendance(FormKey, Id, rows), Ct)];
    });

    /// <summary>Somebody comes or leaves now; what was written for others is saved with it.</summary>
    public Task<IActionResult> OnPostNowAsync(long person, bool leaves) => Do("times", async () =>
    {
        LocalDateTime now = clock.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).LocalDateTime;
        string time = $"{now.Year:0000}-{now.Month:00}-{now.Day:00} {now.Hour:00}:{now.Minute:00}";
        AttendanceTimes[] rows = await Changed();
        AttendanceTimes? own = rows.FirstOrDefault(row => row.Person == person);
        AttendanceTimes[] others = [.. rows.Where(row => row.Person != person)];
        await Session.Run(new TickAttendance(FormKey, Id,
            [.. others, leaves ? new AttendanceTimes(person, own?.In ?? "", time) : new AttendanceTimes(person, time, own?.Out ?? "")]), Ct);
        return SaidToo(others.Length, leaves ? "activities.said-out" : "activities.said-in");
    });

    public Task<IActionResult> OnPostConfirmAsync() => Do("confirm", async () =>
    {
        RefuseUnsaved();
        return W["activities.said-confirmed", await Session.Run(new ConfirmHours(FormKey, Id, Records), Ct)];
    });

    public Task<IActionResult> OnPostAllAsync() => Do("confirm", async () =>
    {
        RefuseUnsaved();
        IReadOnlyList<long> all = (await Session.Ask(new ActivityPage(Id), Ct)).Confirmable;
        return W["activities.said-confirmed", await Session.Run(new ConfirmHours(FormKey, Id, all), Ct)];
    });

    public Task<IActionResult> OnPostSignUpAsync()
    {
        if (PlainText.Digits(Card).Length == 0)
        {
            ModelState.AddModelError(nameof(Card), W["activities.card-missing"]);
        }

        return Do("sign-up", async () =>
        {
            int programme = (await Session.Ask(new ActivityPage(Id), Ct)).Programme;
            MemberChoice member = await Session.Ask(new MemberOfNumber(programme, Card ?? ""), Ct);
            await Session.Run(new SignUpMember(FormKey, Id, member.Person, Role ?? ""), Ct);
            return W["activities.said-signed-up", member.Name];
        });
    }

    /// <summary>Somebody is taken off the list; what was written for others is saved before, or nothing is done.</summary>
    public Task<IActionResult> OnPostWithdrawAsync(long person) => Do("list", async () =>
    {
        AttendanceTimes[] others = [.. (await Changed()).Where(row => row.Person != person)];
        if (others.Length > 0)
        {
            await Session.Run(new TickAttendance(Guid.NewGuid(), Id, others), Ct);
        }

        await Session.Run(new WithdrawMember(FormKey, Id, person), Ct);
        return SaidToo(others.Length, "activities.said-withdrawn");
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

    private static TimesForm Standing(ActivityPageView view, ActivityPerson person)
    {
        string came = person.Attendance is { } here ? ClockText.Typed(here.In, view.Day) : "";
        string left = person.Attendance?.Out is { } gone ? ClockText.Typed(gone, view.Day) : "";
        return new TimesForm { Person = person.Person, In = came, Out = left, WasIn = came, WasOut = left };
    }

    /// <summary>Only what somebody wrote is sent: whoever signs in by code, before or meanwhile, keeps that grade unless another time is written
    /// there.</summary>
    private async Task<AttendanceTimes[]> Changed()
    {
        if (!Times.Exists(row => row.IsChanged))
        {
            return [];
        }

        ActivityPageView now = await Session.Ask(new ActivityPage(Id, Show, Number), Ct);
        return
        [
            .. Times.Where(row => row.IsChanged).Select(row => new AttendanceTimes(
                row.Person, row.ChangesIn ? row.TypedIn : "", row.ChangesOut ? row.TypedOut : StandingOut(now, row.Person))),
        ];
    }

    private static string StandingOut(ActivityPageView view, long person) =>
        view.People.FirstOrDefault(row => row.Person == person) is { } found ? Standing(view, found).Out ?? "" : "";

    /// <summary>Whoever writes times does not confirm them, so they are not saved on the way.</summary>
    private void RefuseUnsaved()
    {
        if (Times.Exists(row => row.IsChanged))
        {
            throw new RefusedException(TimesUnsaved);
        }
    }

    private string SaidToo(int saved, string said) => saved == 0 ? W[said] : $"{W[said].Value} {W["activities.said-times", saved].Value}";

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
