using CommunityFund.Books;
using CommunityFund.Web.Hosting;

try
{
    await WebHost.Run(args);
    return 0;
}
catch (LocalPostgresException cannot)
{
    Console.Error.WriteLine(cannot.Message);
    return 1;
}
