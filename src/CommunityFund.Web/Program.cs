using CommunityFund.Web.Shell;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddShell();

WebApplication app = builder.Build();
app.UseShell();
app.MapShell();
await app.RunAsync();
