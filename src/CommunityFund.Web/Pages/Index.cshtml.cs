using CommunityFund.Audits;
using CommunityFund.Backups;
using CommunityFund.Banking;
using CommunityFund.Banking.Reconciling;
using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Funds;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Money;
using CommunityFund.Payments;
using CommunityFund.Periods;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Reports;
using CommunityFund.Vouchers;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages;

/// <summary>Home: what waits for the reader, the funds' three numbers and the last entries, each as far as the reader's roles
/// reach.</summary>
public sealed class HomeModel(Hosting.BackupSite site, MonthShelf months) : FundPage
{
    public Identity Who { get; private set; } = null!;

    public WaitingVouchers Waiting { get; private set; } = null!;

    /// <summary>Null for those who do not work with the bank.</summary>
    public BankWork? Bank { get; private set; }

    public SheetsToConfirm Sheets { get; private set; } = null!;

    public PaymentsToDecide Payments { get; private set; } = null!;

    /// <summary>Accounts of advances and reports that are due.</summary>
    public ReportsDue Reports { get; private set; } = null!;

    /// <summary>Closing packs and reviews of suspensions that are due.</summary>
    public GrantDeadlines Deadlines { get; private set; } = null!;

    /// <summary>Questions and findings that wait for the reader.</summary>
    public RemarksToDo Remarks { get; private set; } = null!;

    public NextToClose Month { get; private set; } = null!;

    /// <summary>The last closed month, if its audit package is ready and the reader verifies the books.</summary>
    public MonthOfPackage? Package { get; private set; }

    /// <summary>Null for those who run no time bank.</summary>
    public TimeBankToDo? TimeBank { get; private set; }

    /// <summary>Points that are out in time banks that the reader reads, beside the funds that stand behind them.</summary>
    public IReadOnlyList<CoverRow> Points { get; private set; } = [];

    public IReadOnlyList<FundNumber> Funds { get; private set; } = [];

    public IReadOnlyList<LastEntry> Last { get; private set; } = [];

    /// <summary>Null for those who do not answer for the books.</summary>
    public BackupReport? Backups { get; private set; }

    /// <summary>What endangers the books stands before the day's work.</summary>
    public bool BackupsFirst => site.IsOurs && Backups is { IsBad: true };

    public bool SeesFunds => Who.Is(FundNumbers.Readers);

    /// <summary>Whether the reader applies for money, or decides about those who do.</summary>
    public bool InGrants => Who.Is(Role.Lead, Role.FinLead, Role.SignOff, Role.Desk, Role.Chair, Role.Clerk, Role.Steer, Role.Panel, Role.ApproverL2);

    public bool HasFunds => Funds.Any(fund => fund is { IsOwn: true, Kind: not FundKind.General });

    /// <summary>The books cannot be kept before there is an account at a bank and opening balances.</summary>
    public bool IsNew => Bank is not null && !(Bank.HasAccount && Waiting.HasOpening);

    public bool IsQuiet => Waiting is { ToReview.Count: 0, SentBack.Count: 0 } && Sheets.Count == 0 && !Month.IsOver
        && Payments is { Debts: 0, Batches: 0 } && Reports is { Mine.Count: 0, SoonAll: 0, LateAll: 0 } && Deadlines.IsEmpty && Package is null
        && TimeBank is null or { IsEmpty: true } && Remarks is { IsEmpty: true, Overdue: 0 }
        && (Bank is null || (Bank is { Fresh: 0, Held: 0, HasFile: true } && !IsNew));

    public async Task OnGetAsync()
    {
        Who = await WhoAmI();
        Waiting = await Session.Ask(new WaitingForMe(), Ct);
        Bank = Who.Is(Role.Accountant) ? await Session.Ask(new BankToDo(), Ct) : null;
        Sheets = await Session.Ask(new SheetsForMe(), Ct);
        Payments = await Session.Ask(new PaymentsForMe(), Ct);
        Reports = await Session.Ask(new AdvancesForMe(), Ct);
        Deadlines = await Session.Ask(new DeadlinesForMe(), Ct);
        Remarks = await Session.Ask(new RemarksForMe(), Ct);
        Month = await Session.Ask(new MonthToClose(), Ct);
        Package = await Session.Ask(new PackageForMe(), Ct) is { } last
            && (last.IsPart || months.Find(Session.Book, last.Period) is not null) ? last : null;
        TimeBank = Who.Is(Role.Coordinator) ? await Session.Ask(new TimeBankForMe(), Ct) : null;
        Points = Who.Is([.. HolderDesk.Readers]) ? [.. (await Session.Ask(new ReserveCover(), Ct)).Where(row => row.Points > 0)] : [];
        Funds = SeesFunds ? await Session.Ask(new FundNumbers(), Ct) : [];
        Backups = Who.Is(BackupState.Readers) ? await Session.Ask(new BackupState(), Ct) : null;
        Last = await Session.Ask(new LastEntries(), Ct);
    }
}
